import { expect, test } from "bun:test";
import { freePort } from "../services/index.ts";
import { requireFreePorts } from "./dev-ports-free.ts";

const listen = (port: number) => Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });

test("every taken port is named with who needs it, and the way out is said", async () => {
  const [web, redis, free] = [freePort(), freePort(), freePort()];
  const squatters = [listen(web), listen(redis)];
  const message = await requireFreePorts([
    { port: web, neededBy: 'the app "web"' },
    { port: redis, neededBy: "Redis" },
    { port: free, neededBy: "NATS" },
  ]).catch((error: unknown) => String(error));
  for (const squatter of squatters) squatter.stop(true);
  expect(message).toContain(`port ${web}, which the app "web" needs, is taken by another program`);
  expect(message).toContain(`port ${redis}, which Redis needs`);
  expect(message).toContain("--port-base");
  expect(message).not.toContain(String(free));
});

test("what a killed predecessor left behind is given the time that it may take to end", async () => {
  const port = freePort();
  const predecessor = listen(port);
  setTimeout(() => predecessor.stop(true), 2_500);
  await requireFreePorts([{ port, neededBy: "the worker" }], { wasLeftBehind: true });
});

test("a port that a dying predecessor still holds is waited for", async () => {
  const port = freePort();
  const predecessor = listen(port);
  setTimeout(() => predecessor.stop(true), 200);
  await requireFreePorts([{ port, neededBy: "Redis" }]);
});
