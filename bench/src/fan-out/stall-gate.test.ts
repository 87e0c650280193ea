import { describe, expect, test } from "bun:test";
import { runFanLoad } from "./fan-load.ts";
import { nativePrograms } from "./native-programs.ts";
import { messageBytes } from "./payload.ts";
import { createStallGate, requireHeld } from "./stall-gate.ts";

const viewerCount = 5;
const stalled = 2;
const load = { name: "test", title: "test", ratePerS: 200, inFlightMax: 200 };
const canCompile = process.platform === "linux" && Bun.which("c++") !== null;

/** A server of raw sockets that does as a node does: who does not take all is written to no more, and counted. */
function startServer() {
  const behind = new Map<Bun.Socket, number | undefined>();
  let rest = "";
  const push = (frame: Buffer) => {
    for (const [viewer, bytes] of behind) {
      const taken = bytes === undefined ? viewer.write(frame) : 0;
      if (taken < frame.length) behind.set(viewer, (bytes ?? 0) + frame.length - taken);
    }
  };
  const outgoing = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        behind.set(socket, undefined);
      },
      close: (socket) => void behind.delete(socket),
    },
  });
  const incoming = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(_, bytes) {
        const lines = (rest + bytes.toString("latin1")).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) push(Buffer.from(`data: ${line}\n\n`, "latin1"));
      },
    },
  });
  const held = () => [...behind.values()].filter((bytes) => bytes !== undefined);
  const metrics = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () =>
      new Response(
        `barrage_realtime_stalls_total ${held().length}\nbarrage_realtime_slow_closes_total 0\n` +
          `barrage_realtime_behind_bytes ${held().reduce((sum, bytes) => sum + bytes, 0)}\n`,
      ),
  });
  return {
    protocol: "sse" as const,
    port: outgoing.port,
    path: "/",
    publish: `line:${incoming.port}`,
    pids: [process.pid],
    skipped: () => Promise.resolve(0),
    nodeUrl: `http://127.0.0.1:${metrics.port}`,
    stalls: () => held().length,
    [Symbol.dispose]() {
      outgoing.stop(true);
      incoming.stop(true);
      void metrics.stop(true);
    },
  };
}

describe.skipIf(!canCompile)("stalled viewers", () => {
  test("are full before the measuring begins, and still there when the node is asked what it holds", async () => {
    using server = startServer();
    const { fanLoad } = await nativePrograms();
    const gate = createStallGate(server.nodeUrl, stalled, 2_000);
    const stallsWhenReady: number[] = [];
    const ready = async () => {
      await gate.ready();
      stallsWhenReady.push(server.stalls());
    };
    const options = { program: fanLoad, prefix: [], viewers: viewerCount, stalled, idleS: 0, loads: [load] };
    const result = await runFanLoad(server, { ...options, seconds: 0.5, gate: { ...gate, ready } });
    expect(stallsWhenReady).toEqual([stalled]);
    const [measured] = result.loads;
    if (measured === undefined || result.held === undefined) throw new Error("nothing was measured");
    expect(measured).toMatchObject({ missing: 0, wrong: 0, unsettled: 0 });
    expect(measured.published).toBeGreaterThan(50);
    requireHeld(result.held, measured, { stalled, messageBytes });
  }, 60_000);

  test("that the node does not feel end the measuring with an error", async () => {
    using server = startServer();
    const gate = createStallGate(server.nodeUrl, stalled, -9_000);
    await expect(gate.ready()).rejects.toThrow("0 stalls where 2 viewers do not read");
  });
});

test("what the node holds must be what was said while it was measured, and none of the stalled may have been ended", () => {
  const crowd = { stalled: 2, messageBytes: 300 };
  const check = (behindBytes: number, slowCloses: number) => () =>
    requireHeld({ behindBytes, slowCloses }, { published: 100 }, crowd);
  expect(check(60_000, 0)).not.toThrow();
  expect(check(30_000, 0)).toThrow("15000 bytes for a stalled viewer, 30000 are due");
  expect(check(60_000, 1)).toThrow("1 stalled viewers were ended");
});
