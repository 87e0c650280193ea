import { describe, expect, test } from "bun:test";
import { newId } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import { seededRandom, waitFor } from "@barrage/testkit";
import { type RecordedSession, startReplayWorld, steerReplay, watchReplay } from "../testing/replay-world.ts";

const startMs = 1_700_000_000_000;

const said = ({ room, session }: RecordedSession, at: number): RoomEvent => {
  const data = { id: newId(), session, text: `t${at}`, color: "#ffffff", mode: "scroll" } as const;
  return { v: 1, type: "danmaku.sent", room, at, by: { id: newId(), name: "x", role: "viewer" }, data };
};
const ended = ({ room, session }: RecordedSession, at: number): RoomEvent => ({
  v: 1,
  type: "room.ended",
  room,
  at,
  data: { session },
});

describe("a replay", () => {
  test("tells its viewer when the object store is away, keeps its place, and goes on when it is back", async () => {
    await using w = await startReplayWorld();
    await using node = await w.node();
    const recorded = await w.start(startMs);
    const events = Array.from({ length: 3_000 }, (_, index) => said(recorded, startMs + index * 5));
    await w.say(recorded, [...events, ended(recorded, startMs + 15_000)]);
    await w.archive(recorded, { archived: recorded.seqs.length, isEnded: true });
    await using viewer = await steerReplay(node.url, recorded, "view=all");
    viewer.say({ type: "pause" });
    await waitFor(() => viewer.seen.controls("replay").some(({ isPaused }) => isPaused));
    await w.s3.stop();
    viewer.say({ type: "speed", speed: "max" });
    viewer.say({ type: "play" });
    await waitFor(() => viewer.seen.controls("stalled").length > 0, { deadlineMs: 20_000 });
    const before = viewer.seen.seqs.length;
    expect(before).toBeLessThan(recorded.seqs.length);
    // Who comes now is told at once, before anything is opened.
    await using late = await w.node();
    expect(watchReplay(late.url, recorded, "speed=max")).rejects.toThrow("replay_unavailable");
    await w.s3.start();
    await waitFor(() => viewer.ended() === 4503, { deadlineMs: 20_000 });
    expect(viewer.seen.seqs).toEqual(recorded.seqs);
    expect(viewer.seen.controls("stalled")).toHaveLength(1);
    const after = viewer.seen.items.findIndex(
      (item) => item.kind === "control" && item.frame.type === "stalled",
    );
    const next = viewer.seen.items[after + 1];
    expect(next?.kind === "control" && next.frame).toMatchObject({ type: "replay", speed: "max" });
  }, 60_000);

  test("of a session in which nobody said anything, or of which nothing is left, ends at once", async () => {
    await using w = await startReplayWorld();
    await using node = await w.node();
    const silent = await w.start(startMs);
    await w.say(silent, [ended(silent, startMs + 1_000)]);
    await w.archive(silent, { archived: silent.seqs.length, isEnded: true });
    const empty = await w.start(startMs);
    await w.archive({ ...empty, seqs: [empty.firstSeq - 1] }, { archived: 0, isEnded: true });
    for (const [recorded, count] of [
      [silent, 2],
      [empty, 0],
    ] as const) {
      for (const query of ["speed=max", "speed=max&view=all", "speed=max&from=999999999999999"]) {
        await using viewer = await watchReplay(node.url, recorded, query);
        await waitFor(() => viewer.ended() !== undefined, { deadlineMs: 10_000 });
        expect(viewer.seen.controls("replay")).toHaveLength(1);
        expect(viewer.seen.controls("goodbye")).toMatchObject([{ reason: "replay_ended" }]);
        expect(viewer.seen.seqs.length).toBe(query.includes("from") ? 0 : count);
      }
    }
  }, 60_000);

  test("begun some seconds behind a running session at 4 × arrives live: every event once, in order", async () => {
    const random = seededRandom();
    await using w = await startReplayWorld();
    await using node = await w.node();
    const behindMs = 6_000;
    const recorded = await w.start(Date.now() - behindMs);
    const past: RoomEvent[] = [];
    for (let at = recorded.startedAtMs; at < Date.now() - 1_000; at += random.between(0, 20))
      past.push(said(recorded, at));
    await w.say(recorded, past);
    await w.archive(recorded, { archived: random.between(1, past.length - 1), isEnded: false });
    const viewers = [
      await watchReplay(node.url, recorded, "speed=4&view=all"),
      await steerReplay(node.url, recorded, `speed=4&view=all&from=${random.between(500, 2_000)}`),
    ];
    await using stack = new AsyncDisposableStack();
    for (const viewer of viewers) stack.use(viewer);
    // The room goes on speaking until both have arrived, and a little longer.
    for (let rest = 20; rest > 0; ) {
      await w.say(recorded, [said(recorded, Date.now())]);
      await Bun.sleep(random.between(0, 20));
      if (viewers.every(({ seen }) => seen.isLive)) rest -= 1;
    }
    const last = recorded.seqs.at(-1);
    await waitFor(() => viewers.every(({ seen }) => seen.seqs.at(-1) === last), { deadlineMs: 10_000 });
    for (const { seen } of viewers) {
      const first = recorded.seqs.indexOf(seen.seqs[0] ?? 0);
      expect(seen.seqs).toEqual(recorded.seqs.slice(first));
      expect(seen.skippedCount).toBe(0);
      expect(seen.controls("reset")).toEqual([]);
    }
    expect(viewers[0]?.seen.seqs[0]).toBe(recorded.firstSeq);
  }, 60_000);
});
