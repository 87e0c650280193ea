import { expect, test } from "bun:test";
import type { Role } from "@barrage/protocol";
import { createMetrics } from "../metrics/metrics.ts";
import { createTestRoom } from "../testing/create-test-room.ts";
import { danmaku } from "../testing/danmaku.ts";
import { FakeLog } from "../testing/fake-log.ts";
import { FakeTimers } from "../testing/fake-timers.ts";
import { FakeTransport } from "../testing/fake-transport.ts";
import type { StartPoint } from "./resume.ts";

const id = "room0000";
const encoder = new TextEncoder();

function scene(floorSeq = 0) {
  const log = new FakeLog();
  const timers = new FakeTimers();
  const metrics = createMetrics();
  const start = { epoch: "e1", floorSeq, headSeq: floorSeq, entries: [], fromBeginning: true };
  const room = createTestRoom({ id, log, timers, metrics, start });
  const json = (role: Role = "viewer") =>
    encoder.encode(JSON.stringify(danmaku(id, "x".repeat(100), role === "host" ? "host" : "viewer")));
  /** The room's next events, written at once. */
  function receive(seqs: readonly number[], role: Role = "viewer"): void {
    room.receive(seqs.map((seq) => ({ seq, previousSeq: seq - 1, json: json(role) })));
    room.flushNow();
  }
  function join(from: Partial<StartPoint> = {}, bufferBytesMax = 1e9) {
    const got: string[] = [];
    const transport = new FakeTransport({
      bufferBytesMax,
      onReceive: (sent) => {
        if (sent.kind === "event") got.push(String(sent.entry.seq));
        else if (sent.frame.type === "skipped")
          got.push(`skipped ${sent.frame.count} to ${sent.frame.cursor}`);
        else if ("cursor" in sent.frame) got.push(`${sent.frame.type} ${sent.frame.cursor}`);
        else got.push(sent.frame.type);
      },
    });
    const seq = room.ring.headSeq;
    const session = room.join({
      view: room.view("all"),
      transport,
      viewer: { userId: null, login: null, key: "a", door: "none" },
      start: { seq, era: room.era, reset: undefined, ...from },
    });
    return { got, transport, session };
  }
  return { log, timers, metrics, room, receive, join, json };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const settle = () => Bun.sleep(1);

test("a viewer that resumes from the log gets nothing from it that the room has yet to write", async () => {
  const { log, receive, join, json } = scene(10);
  for (let count = 0; count < 15; count++) log.publish(id, json());
  const { got, transport } = join({ seq: 5 });
  await settle();
  // The log holds up to 15, the room is at 10: the rest comes with the room's own batch, and once.
  log.answer();
  await settle();
  log.answer();
  await settle();
  receive(range(11, 15));
  await settle();
  transport.read(100);
  expect(got).toEqual(["hello e1-5", "6", "7", "8", "9", "10", "live e1-10", ...range(11, 15).map(String)]);
});

test("what was shed at the very end is told before the viewer is live again", async () => {
  const { room, receive, join } = scene();
  const { got, transport, session } = join({}, 500);
  transport.read(10);
  await settle();
  receive(range(1, 10));
  expect(session.state.kind).toBe("stalled");
  receive(range(11, 40));
  // The room is known to be quiet up to 50: the head lies beyond the last event.
  room.verified(50);
  transport.read(100);
  await settle();
  transport.read(100);
  expect(session.state.kind).toBe("live");
  expect(got).toEqual(["hello e1-0", "live e1-0", ...range(1, 10).map(String), "skipped 30 to e1-40"]);
});

test("a viewer a little behind loses nothing, and one far behind only what is not dear", async () => {
  const { receive, join } = scene();
  const { got, transport } = join({}, 500);
  transport.read(10);
  await settle();
  receive(range(1, 5));
  receive(range(6, 8));
  transport.read(100);
  await settle();
  transport.read(100);
  await settle();
  expect(got.slice(2)).toEqual(range(1, 8).map(String));
  receive(range(9, 12));
  receive(range(13, 30));
  receive([31, 32], "host");
  receive([33]);
  transport.read(100);
  await settle();
  transport.read(100);
  expect(got.slice(10)).toEqual([
    ...range(9, 12).map(String),
    "skipped 18 to e1-30",
    "31",
    "32",
    "skipped 1 to e1-33",
  ]);
});

test("a viewer that reads nothing is ended when it is too far behind, also before it was ever live", async () => {
  const { receive, join, metrics } = scene();
  const live = join({}, 500);
  live.transport.read(10);
  const joining = join({}, 10);
  await settle();
  for (let seq = 1; seq <= 60; seq++) receive([seq]);
  expect([live.transport.ended?.reason, joining.transport.ended?.reason]).toEqual([
    "slow_consumer",
    "slow_consumer",
  ]);
  expect(live.transport.waitedBytesMax).toBeLessThan(2_000);
  expect(metrics.value("slow_closes")).toBe(2);
});

test("a viewer that reads nothing in a quiet room is ended in the end", async () => {
  const { timers, room, join } = scene();
  const { transport } = join({}, 10);
  await settle();
  room.sweep();
  expect(transport.ended).toBeUndefined();
  timers.advance(60_000);
  room.sweep();
  expect(transport.ended?.reason).toBe("slow_consumer");
});

test("a start point that was found before a reset is void", async () => {
  const { room, receive, join } = scene();
  receive(range(1, 9));
  const foundBefore = { seq: 9, era: room.era };
  room.reset("epoch", { epoch: "e2", floorSeq: 3, headSeq: 3, entries: [], fromBeginning: true });
  const { got, transport } = join(foundBefore);
  await settle();
  receive([4]);
  transport.read(10);
  expect(got).toEqual(["hello e2-3", "reset e2-3", "live e2-3", "4"]);
});

test("a reset reaches the live, the stalled and those that are still resuming", async () => {
  const { log, timers, room, receive, join } = scene(100);
  const live = join();
  const stalled = join({}, 500);
  const resuming = join({ seq: 3 });
  await settle();
  for (const { transport } of [live, stalled]) transport.read(10);
  await settle();
  receive(range(101, 110));
  expect([live, stalled, resuming].map(({ session }) => session.state.kind)).toEqual([
    "live",
    "stalled",
    "catching-up",
  ]);
  room.reset("trimmed", { epoch: "e1", floorSeq: 500, headSeq: 500, entries: [], fromBeginning: true });
  for (const { transport } of [live, stalled, resuming]) transport.read(100);
  await settle();
  // The answer that the resuming one waits for comes too late to matter.
  log.fail();
  await settle();
  timers.advance(1_000);
  await settle();
  receive([501]);
  await settle();
  for (const { transport, got } of [live, stalled, resuming]) {
    transport.read(100);
    expect(got.filter((item) => item.startsWith("reset"))).toEqual(["reset e1-500"]);
    expect(got.at(-1)).toBe("501");
  }
});
