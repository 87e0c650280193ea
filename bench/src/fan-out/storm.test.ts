import { expect, test } from "bun:test";
import { nativePrograms } from "./native-programs.ts";
import { createPinning } from "./pinning.ts";
import { openStormCrowd } from "./storm.ts";

const viewers = 3;
const missed = 2;
const canCompile = process.platform === "linux" && Bun.which("c++") !== null;

/** A server that answers each viewer with these numbers, after refusing so many knocks. */
function startServer(numbers: readonly number[], refusals: number) {
  let left = refusals;
  const frames = numbers.map(
    (number) => `data: ^${"0".repeat(16)}-${number.toString(16).padStart(8, "0")}.\n\n`,
  );
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        if (left-- > 0) socket.write("HTTP/1.1 503 Service Unavailable\r\n\r\n");
        else socket.write(`HTTP/1.1 200 OK\r\n\r\n${frames.join("")}`);
      },
    },
  });
  return { port: server.port, [Symbol.dispose]: () => server.stop(true) };
}

async function stormAgainst(program: string, numbers: readonly number[], refusals = 0) {
  using first = startServer([], 0);
  using second = startServer(numbers, refusals);
  const storm = { protocol: "sse", viewers, spreadS: 0.1, missed, path: "/" } as const;
  await using crowd = await openStormCrowd({ ...storm, program, pinning: createPinning(), port: first.port });
  return await crowd.comeBack({ port: second.port, path: "/", pid: process.pid });
}

test.skipIf(!canCompile)(
  "viewers of a storm have caught up when they have what they missed; refused ones knock again; faults are seen",
  async () => {
    const { fanLoad } = await nativePrograms();
    const [whole, refused, twice, gap] = await Promise.all([
      stormAgainst(fanLoad, [1, 2, 3]),
      stormAgainst(fanLoad, [1, 2], 2),
      stormAgainst(fanLoad, [1, 1, 2]),
      stormAgainst(fanLoad, [2]),
    ]);
    expect(whole).toMatchObject({ caughtUp: viewers, wrong: 0, missing: 0, refused: 0 });
    expect(refused).toMatchObject({ caughtUp: viewers, wrong: 0, missing: 0, refused: 2 });
    expect(twice).toMatchObject({ caughtUp: viewers, wrong: viewers, missing: 0 });
    expect(gap).toMatchObject({ caughtUp: viewers, wrong: 0, missing: viewers });
  },
  60_000,
);
