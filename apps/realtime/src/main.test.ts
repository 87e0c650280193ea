import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp, waitFor } from "@barrage/testkit";
import { startTestWorld, type TestWorld, ticketSecret } from "./testing/test-world.ts";
import { watchSse, watchWs } from "./testing/viewers.ts";

setDefaultTimeout(30_000);

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

function variables() {
  return {
    HOST: "127.0.0.1",
    NATS_URL: world.nats.url,
    REDIS_URL: world.redisUrl,
    TICKET_SECRET: ticketSecret,
  };
}

test("SIGTERM says goodbye to every viewer and ends the process well", async () => {
  await using app = await startApp("realtime", variables());
  const room = await world.room();
  const viewers = [await watchSse(app.url, room), await watchWs(app.url, room)];
  await waitFor(() => viewers.every(({ seen }) => seen.isLive));
  await world.say(room, "hi");
  await waitFor(() => viewers.every(({ seen }) => seen.texts.length === 1));
  const exit = await app.kill("SIGTERM");
  expect(exit.code).toBe(0);
  await waitFor(() => viewers.every((viewer) => viewer.ended() !== undefined));
  for (const { seen } of viewers) expect(seen.controls("goodbye")).toMatchObject([{ reason: "goodbye" }]);
});

test("a node that is killed loses nothing: its viewer goes on elsewhere with its cursor", async () => {
  await using doomed = await startApp("realtime", variables());
  await using other = await startApp("realtime", variables());
  const room = await world.room();
  const before = await watchWs(doomed.url, room);
  await waitFor(() => before.seen.isLive);
  const seqs = await world.say(room, "one", "two");
  await waitFor(() => before.seen.seqs.length === 2);
  await doomed.kill("SIGKILL");
  seqs.push(...(await world.say(room, "three")));
  await waitFor(() => before.ended() !== undefined);
  await using after = await watchSse(other.url, room, { query: `since=${before.seen.cursor}` });
  await waitFor(() => after.seen.isLive);
  expect([...before.seen.seqs, ...after.seen.seqs]).toEqual(seqs);
});

test("faults of the configuration are named all together, and end the process", async () => {
  const starting = startApp("realtime", {
    NATS_URL: world.nats.url,
    TICKET_SECRET: "short",
    HEARTBEAT_MS: "0",
  });
  const error = await starting.then(
    () => undefined,
    (reason: unknown) => String(reason),
  );
  for (const name of ["REDIS_URL", "TICKET_SECRET", "HEARTBEAT_MS"]) expect(error).toContain(name);
});
