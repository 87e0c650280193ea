import { describe, expect, test } from "bun:test";
import { createRoomLimiter, limiterItemOf, limiterSettingsSchema } from "@barrage/domain";
import { newId } from "@barrage/platform";
import type { RoomEvent, RoomEventOf } from "@barrage/protocol";
import { seededRandom, waitFor } from "@barrage/testkit";
import {
  type RecordedSession,
  type ReplayWorld,
  startReplayWorld,
  steerReplay,
  watchReplay,
} from "../testing/replay-world.ts";

const startMs = 1_700_000_000_000;

type Danmaku = RoomEventOf<"danmaku.sent">;

function danmaku({ room, session }: RecordedSession, at: number, sender = newId()): Danmaku {
  const data = { id: newId(), session, text: `t${at}`, color: "#ffffff", mode: "scroll" } as const;
  return { v: 1, type: "danmaku.sent", room, at, by: { id: sender, name: "x", role: "viewer" }, data };
}

/** Danmaku at uneven gaps that a synthetic clock made. */
function uneven(recorded: RecordedSession, count: number, gapMsMax: number): Danmaku[] {
  const random = seededRandom();
  let at = recorded.startedAtMs;
  return Array.from({ length: count }, () => danmaku(recorded, (at += random.between(0, gapMsMax))));
}

const ended = ({ room, session }: RecordedSession, at: number): RoomEvent => ({
  v: 1,
  type: "room.ended",
  room,
  at,
  data: { session },
});

async function recordedSession(w: ReplayWorld, count: number, gapMsMax: number) {
  const recorded = await w.start(startMs);
  const events = uneven(recorded, count, gapMsMax);
  await w.say(recorded, [...events, ended(recorded, events.at(-1)?.at ?? startMs)]);
  return { recorded, events };
}

describe("a replay", () => {
  test("is the session, each event once and in order, from the log, the archive and across the seam", async () => {
    await using w = await startReplayWorld();
    await using node = await w.node();
    const { recorded } = await recordedSession(w, 3_000, 100);
    for (const archived of [0, 1_337, recorded.seqs.length]) {
      await w.archive(recorded, { archived, isEnded: true });
      // A node that has never heard of the session, so that the index is read anew.
      await using fresh = archived === 0 ? undefined : await w.node();
      await using viewer = await watchReplay((fresh ?? node).url, recorded, "speed=max&view=all");
      await waitFor(() => viewer.ended() !== undefined, { deadlineMs: 15_000 });
      expect(viewer.seen.fault).toBeUndefined();
      expect(viewer.seen.seqs).toEqual(recorded.seqs);
      expect(viewer.seen.controls("replay")).toMatchObject([{ offsetMs: 0, speed: "max", isPaused: false }]);
      expect(viewer.seen.controls("goodbye")).toMatchObject([{ reason: "replay_ended", retryAfterMs: null }]);
    }
  }, 60_000);

  test("begins at a moment or behind a cursor, ends at a moment, and tells the room as it was there", async () => {
    await using w = await startReplayWorld();
    await using node = await w.node();
    const recorded = await w.start(startMs);
    const counted = (count: number, at: number): RoomEvent => ({
      v: 1,
      type: "viewers.counted",
      room: recorded.room,
      at,
      data: { count, peak: count },
    });
    const events = Array.from({ length: 100 }, (_, index) =>
      index % 10 === 5 ? counted(index, startMs + index * 1_000) : danmaku(recorded, startMs + index * 1_000),
    );
    for (const event of [...events, ended(recorded, startMs + 100_000)]) await w.say(recorded, [event]);
    await w.archive(recorded, { archived: 50, isEnded: true });
    const see = async (query: string) => {
      await using viewer = await watchReplay(node.url, recorded, `speed=max&view=all&${query}`);
      await waitFor(() => viewer.ended() !== undefined, { deadlineMs: 10_000 });
      return viewer.seen;
    };
    const middle = await see("from=36000&until=70000");
    // The session's first event is its start, at the same moment as the first danmaku.
    expect(middle.seqs).toEqual(recorded.seqs.slice(37, 71));
    expect(middle.controls("replay")).toMatchObject([{ offsetMs: 36_000, state: { viewers: 35 } }]);
    const last = await see("from=88000");
    expect(last.controls("replay")).toMatchObject([{ offsetMs: 88_000, state: { viewers: 85 } }]);
    const behind = await see(`from=${middle.cursor}`);
    expect(behind.seqs).toEqual(recorded.seqs.slice(71));
    const beyond = await see("from=999999999");
    expect(beyond.seqs).toEqual([]);
    expect(beyond.controls("goodbye")).toMatchObject([{ reason: "replay_ended" }]);
  }, 60_000);

  test("never shows a message that was deleted, in its session or long after", async () => {
    await using w = await startReplayWorld();
    await using node = await w.node();
    const { recorded, events } = await recordedSession(w, 50, 10);
    const deleted = events[20]?.data.id ?? "";
    await w.archive(recorded, { archived: recorded.seqs.length, isEnded: true });
    await using paused = await steerReplay(node.url, recorded, "speed=0.25&view=all");
    paused.say({ type: "pause" });
    await waitFor(() => paused.seen.controls("replay").some(({ isPaused }) => isPaused));
    await w.archive(recorded, { archived: recorded.seqs.length, isEnded: true, deleted: [deleted] });
    await using viewer = await watchReplay(node.url, recorded, "speed=max&view=all&until=1");
    await waitFor(async () => {
      await using late = await watchReplay(node.url, recorded, "speed=max&view=all");
      await waitFor(() => late.ended() !== undefined);
      return late.seen.texts.length === events.length - 1 && late.seen.seqs.includes(recorded.seqs[20] ?? 0);
    });
    expect(viewer.seen.fault).toBeUndefined();
    // One that was already watching, paused before the message, is not shown it either.
    paused.say({ type: "speed", speed: "max" });
    paused.say({ type: "seek", offsetMs: 0 });
    paused.say({ type: "play" });
    await waitFor(() => paused.ended() !== undefined, { deadlineMs: 10_000 });
    const ids = paused.seen.items.flatMap((item) =>
      item.kind === "event" && item.event.type === "danmaku.sent" ? [item.event.data.id] : [],
    );
    expect(ids).not.toContain(deleted);
    expect(ids.length).toBeGreaterThanOrEqual(events.length - 1);
  }, 60_000);

  test("shows in a crowded room what was chosen live, wherever it begins, and tells what it left out", async () => {
    await using w = await startReplayWorld();
    await using node = await w.node();
    const recorded = await w.start(startMs);
    const senders = Array.from({ length: 300 }, () => newId());
    const random = seededRandom();
    const events = Array.from({ length: 4_000 }, (_, index) =>
      danmaku(recorded, startMs + index * 2, random.pick(senders)),
    );
    for (const event of events.slice(0, 1)) await w.say(recorded, [event]);
    await w.say(recorded, events.slice(1));
    await w.say(recorded, [ended(recorded, startMs + 8_000)]);
    await w.archive(recorded, { archived: 1_999, isEnded: true });
    const { entries } = await w.world.log.readAfter(recorded.room, { afterSeq: 0, limit: 5_000 });
    const limiter = createRoomLimiter(recorded.room, limiterSettingsSchema.parse({ budgetPerSecond: 40 }));
    const decisions = entries.flatMap(({ seq, json }) =>
      limiter.push(limiterItemOf(JSON.parse(new TextDecoder().decode(json)), seq)),
    );
    const chosen = [...decisions, ...limiter.flush()].flatMap(({ shown }) => shown.map(({ seq }) => seq));
    expect(chosen.length).toBeLessThan(1_000);
    for (const from of [0, 5_000]) {
      await using viewer = await watchReplay(node.url, recorded, `speed=max&from=${from}`);
      await waitFor(() => viewer.ended() !== undefined, { deadlineMs: 15_000 });
      const { seqs, items } = viewer.seen;
      expect(seqs).toEqual(chosen.filter((seq) => seq >= (seqs[0] ?? 0)));
      expect(viewer.seen.skippedCount).toBeGreaterThan(0);
      const cursors = items.flatMap((item) =>
        item.kind === "event" ? [item.seq] : item.frame.type === "skipped" ? [seqOf(item.frame.cursor)] : [],
      );
      expect(cursors).toEqual(cursors.toSorted((left, right) => left - right));
      if (from === 0) {
        const merged = viewer.seen.controls("merged").reduce((sum, { count }) => sum + count - 1, 0);
        expect(seqs.length + viewer.seen.skippedCount + merged).toBe(recorded.seqs.length);
      }
    }
  }, 60_000);

  test("of a running session catches up and goes on live: no gap, no duplicate", async () => {
    await using w = await startReplayWorld();
    await using node = await w.node();
    const recorded = await w.start(Date.now() - 300_000);
    await w.say(recorded, uneven(recorded, 2_000, 100));
    await w.archive(recorded, { archived: 777, isEnded: false });
    for (const speed of ["max", "16"]) {
      const from = speed === "max" ? 0 : 295_000;
      await using viewer = await watchReplay(node.url, recorded, `speed=${speed}&view=all&from=${from}`);
      const saying = (async () => {
        for (let index = 0; index < 200 && !viewer.seen.isLive; index++) {
          await w.say(recorded, [danmaku(recorded, Date.now())]);
          await Bun.sleep(5);
        }
      })();
      await waitFor(() => viewer.seen.isLive, { deadlineMs: 20_000 });
      await saying;
      await w.say(recorded, [danmaku(recorded, Date.now())]);
      await waitFor(() => viewer.seen.seqs.at(-1) === recorded.seqs.at(-1), { deadlineMs: 10_000 });
      const first = recorded.seqs.indexOf(viewer.seen.seqs[0] ?? 0);
      expect(viewer.seen.seqs).toEqual(recorded.seqs.slice(first).toSorted((left, right) => left - right));
      if (speed === "max") expect(first).toBe(0);
    }
  }, 60_000);

  test("is paused, sought, sped up over its WebSocket; nonsense ends it", async () => {
    await using w = await startReplayWorld();
    await using node = await w.node();
    const { recorded } = await recordedSession(w, 400, 1_000);
    await w.archive(recorded, { archived: 200, isEnded: true });
    await using viewer = await steerReplay(node.url, recorded, "view=all");
    const frames = () => viewer.seen.controls("replay");
    await waitFor(() => frames().length === 1);
    viewer.say({ type: "pause" });
    await waitFor(() => frames().at(-1)?.isPaused);
    viewer.say({ type: "seek", offsetMs: 100_000 });
    await waitFor(() => frames().at(-1)?.offsetMs === 100_000);
    const before = viewer.seen.seqs.length;
    viewer.say({ type: "speed", speed: "max" });
    await waitFor(() => frames().at(-1)?.speed === "max");
    expect(viewer.seen.seqs.length).toBe(before);
    viewer.say({ type: "play" });
    await waitFor(() => viewer.ended() === 4503, { deadlineMs: 10_000 });
    const after = viewer.seen.seqs.slice(before);
    expect(after).toEqual(recorded.seqs.slice(-after.length));
    expect(after[0]).toBeGreaterThan(seqOf(frames()[2]?.cursor ?? "x-0"));
    await using rude = await steerReplay(node.url, recorded);
    rude.say({ type: "speed", speed: 99 });
    await waitFor(() => rude.ended() === 4500);
  }, 60_000);

  test("answers clearly what it can't do", async () => {
    await using w = await startReplayWorld();
    await using node = await w.node({ HEARTBEAT_MS: "200" });
    await using without = await w.world.node();
    const { recorded } = await recordedSession(w, 20, 1);
    const index = await w.archive(recorded, { archived: 20, isEnded: true });
    const refusal = async (url: string, query: string, of: RecordedSession = recorded) =>
      await watchReplay(url, of, query).then(
        () => undefined,
        (error: unknown) => /"code":"(\w+)"/.exec(String(error))?.[1],
      );
    for (const query of ["speed=17", "speed=0.1", "speed=fast", "view=some", "until=-1"])
      expect(await refusal(node.url, query)).toBe("input_invalid");
    expect(await refusal(node.url, "from=nonsense")).toBe("cursor_malformed");
    expect(await refusal(node.url, "", { ...recorded, session: newId() })).toBe("session_not_found");
    expect(await refusal(node.url, "", { ...recorded, room: newId() })).toBe("room_not_found");
    expect(await refusal(without.url, "")).toBe("replay_unavailable");
    const hidden = await w.start(startMs, { visibility: "private" });
    await w.archive(hidden, { archived: 0, isEnded: true });
    expect(await refusal(node.url, "", hidden)).toBe("ticket_required");
    // A part that was tampered with is never shown: the chain would not fit.
    const key = index.parts[0]?.key ?? "";
    const object = new Uint8Array((await w.blobs.get(key)) ?? []);
    object[100] = (object[100] ?? 0) ^ 1;
    await w.blobs.put(key, object, "application/gzip");
    await using viewer = await watchReplay(node.url, recorded, "speed=max&view=all");
    await waitFor(() => viewer.seen.heartbeats > 2);
    expect(viewer.seen.seqs).toEqual([]);
  }, 60_000);
});

function seqOf(cursor: string): number {
  return Number(cursor.split("-")[1]);
}
