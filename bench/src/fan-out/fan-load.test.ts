import { describe, expect, test } from "bun:test";
import { createRandom } from "../crowd/random.ts";
import { runFanLoad } from "./fan-load.ts";
import { nativePrograms } from "./native-programs.ts";

/** What a server does with a message: the bytes that one viewer gets. */
type Fate = (frame: Buffer, message: number, viewer: number) => readonly Buffer[];

const viewerCount = 5;
const load = { name: "test", title: "test", ratePerS: 200, inFlightMax: 200 };
/** Compiling takes seconds on a busy machine, and a load waits for what is missing. */
const deadline = { timeout: 60_000 };
const canCompile = process.platform === "linux" && Bun.which("c++") !== null;

/** A server of raw sockets: lines in on one port, frames out on the other, each as its fate says. */
function startServer(fate: Fate) {
  const viewers: Bun.Socket[] = [];
  let messages = 0;
  let rest = "";
  const outgoing = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        viewers.push(socket);
      },
    },
  });
  const incoming = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(_, bytes) {
        const lines = (rest + bytes.toString("latin1")).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          messages++;
          const frame = Buffer.from(`data: ${line}\n\n`, "latin1");
          for (const [index, viewer] of viewers.entries())
            for (const part of fate(frame, messages, index)) viewer.write(part);
        }
      },
    },
  });
  return {
    protocol: "sse" as const,
    port: outgoing.port,
    path: "/",
    publish: `line:${incoming.port}`,
    pids: [process.pid],
    skipped: () => Promise.resolve(0),
    [Symbol.dispose]() {
      outgoing.stop(true);
      incoming.stop(true);
    },
  };
}

async function resultOf(fate: Fate) {
  using server = startServer(fate);
  const { fanLoad } = await nativePrograms();
  const options = { program: fanLoad, prefix: [], viewers: viewerCount, stalled: 0, idleS: 0 };
  const { loads } = await runFanLoad(server, { ...options, loads: [load], seconds: 0.5 });
  const [result] = loads;
  if (result === undefined) throw new Error("no load was measured");
  return result;
}

describe.skipIf(!canCompile)("the load generator's check", () => {
  test("all is well when every viewer gets every message, in whatever pieces", deadline, async () => {
    const random = createRandom(7);
    const held = Array.from({ length: viewerCount }, (): Buffer => Buffer.alloc(0));
    // Each message's end comes with the next one's beginning: markers are cut everywhere. The last end never comes.
    const inPieces: Fate = (frame, _, viewer) => {
      const cut = Math.floor(random() * frame.length);
      const piece = Buffer.concat([held[viewer] ?? Buffer.alloc(0), frame.subarray(0, cut)]);
      held[viewer] = frame.subarray(cut);
      return [piece];
    };
    const { missing, wrong, unsettled, deliveries } = await resultOf(inPieces);
    expect({ missing, wrong }).toEqual({ missing: 0, wrong: 0 });
    expect(unsettled).toBeLessThanOrEqual(1);
    expect(deliveries).toBeGreaterThan(0);
  });

  test("a message that one viewer never gets is missing", deadline, async () => {
    const lost: Fate = (frame, message, viewer) => (message === 10 && viewer === 2 ? [] : [frame]);
    expect(await resultOf(lost)).toMatchObject({ missing: 1, wrong: 0, unsettled: 0 });
  });

  test("a message that comes twice is wrong", deadline, async () => {
    const doubled: Fate = (frame, message, viewer) =>
      message === 10 && viewer === 2 ? [frame, frame] : [frame];
    expect(await resultOf(doubled)).toMatchObject({ missing: 0, wrong: 1, unsettled: 0 });
  });

  test("two messages that change places are missing and wrong", deadline, async () => {
    let held: Buffer = Buffer.alloc(0);
    const swapped: Fate = (frame, message, viewer) => {
      if (viewer !== 2 || message < 10 || message > 11) return [frame];
      if (message === 11) return [frame, held];
      held = frame;
      return [];
    };
    expect(await resultOf(swapped)).toMatchObject({ missing: 1, wrong: 1, unsettled: 0 });
  });

  test("a viewer that gets nothing any more leaves messages unsettled", deadline, async () => {
    const silent: Fate = (frame, message, viewer) => (message > 10 && viewer === 2 ? [] : [frame]);
    expect((await resultOf(silent)).unsettled).toBeGreaterThan(0);
  });
});
