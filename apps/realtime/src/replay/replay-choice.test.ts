import { expect, test } from "bun:test";
import { newId } from "@barrage/platform";
import type { LotteryFace, RoomEvent, RoomLimits } from "@barrage/protocol";
import { seededRandom, waitFor } from "@barrage/testkit";
import { crowdEvents, shownTo } from "../testing/crowd.ts";
import { danmaku } from "../testing/danmaku.ts";
import { startReplayWorld, watchReplay } from "../testing/replay-world.ts";
import { watchSse } from "../testing/viewers.ts";

const startMs = 1_800_000_000_000;
const face = {
  title: "t",
  description: "",
  visibility: "public",
  slowModeMs: 0,
  followersOnly: false,
} as const;

function updated(room: string, at: number, limits?: RoomLimits): RoomEvent {
  return { v: 1, room, at, type: "room.updated", data: { face: { ...face, ...(limits && { limits }) } } };
}

test("a replay shows what was shown live, event for event, in a room whose own limits changed on the way", async () => {
  const random = seededRandom();
  await using w = await startReplayWorld();
  // No silence is long enough on a busy machine to be decided by the clock: the log alone decides.
  await using node = await w.node({ SILENCE_TICK_MS: "60000" });
  const limits = { desktopPerSecond: 90, smallPerSecond: 25 };
  const room = await w.world.room();
  await using desktop = await watchSse(node.url, room, { query: "budget=desktop" });
  await using small = await watchSse(node.url, room, { query: "budget=small" });
  await waitFor(() => desktop.seen.isLive && small.seen.isLive);
  const crowd = (fromMs: number, seconds: number) =>
    crowdEvents(random, { room, seconds, perSecond: 600, startMs: startMs + fromMs });
  const before = { room, session: newId(), startedAtMs: startMs, firstSeq: 1, seqs: [] };
  // What a crowd says right before the session is no part of it, and must not count.
  await w.say(before, crowd(-1_000, 1));
  const recorded = await w.startIn(room, startMs, { limits });
  await w.say(recorded, crowd(10, 2));
  await w.say(recorded, [updated(room, startMs + 2_050, { desktopPerSecond: 200, smallPerSecond: 5 })]);
  await w.say(recorded, crowd(2_100, 3));
  await w.say(recorded, [updated(room, startMs + 5_150)]);
  await w.say(recorded, crowd(5_200, 2));
  await w.say(recorded, [{ ...danmaku(room, "later", "host"), at: startMs + 60_000 }]);
  const last = recorded.seqs.at(-1) ?? 0;
  await waitFor(() => [desktop, small].every(({ seen }) => seen.seqs.at(-1) === last), {
    deadlineMs: 30_000,
  });
  const sinceStart = (shown: readonly string[]) =>
    shown.filter((one) => Number.parseInt(one) >= recorded.firstSeq);
  const live = {
    desktop: sinceStart(shownTo(desktop.seen)),
    small: sinceStart(shownTo(small.seen)),
  };
  expect(live.desktop.length).toBeLessThan(recorded.seqs.length / 2);
  expect(live.small.length).toBeLessThan(live.desktop.length);
  // From the log, across the seam (here between two changes of the limits), and from the archive.
  for (const archived of [0, Math.floor(recorded.seqs.length / 2), recorded.seqs.length]) {
    await w.archive(recorded, { archived, isEnded: true });
    await using fresh = await w.node();
    for (const budget of ["desktop", "small"] as const) {
      for (const from of [0, 4_500]) {
        const query = `speed=max&budget=${budget}&from=${from}`;
        await using viewer = await watchReplay(fresh.url, recorded, query);
        await waitFor(() => viewer.ended() !== undefined, { deadlineMs: 30_000 });
        const first = viewer.seen.seqs[0] ?? 0;
        expect(shownTo(viewer.seen)).toEqual(live[budget].filter((one) => Number.parseInt(one) >= first));
        expect(first === recorded.firstSeq).toBe(from === 0);
      }
    }
  }
}, 120_000);

test("the first frame tells the room as it was: viewers, open lotteries, the pinned message; none that was deleted", async () => {
  await using w = await startReplayWorld();
  const recorded = await w.start(startMs);
  const { room, session } = recorded;
  const at = (offsetMs: number) => ({ v: 1, room, at: startMs + offsetMs }) as const;
  const by = { id: newId(), name: "fan", role: "viewer" } as const;
  const [first, second, lottery] = [newId(), newId(), newId()];
  const lotteryFace: LotteryFace = {
    id: lottery,
    title: "a prize",
    prizes: [{ id: newId(), name: "mug", count: 1 }],
    conditions: {
      followHost: false,
      accountAgeDays: null,
      watchedSeconds: null,
      phrase: null,
      notWonWithinDays: null,
    },
    opensAtMs: startMs,
    closesAtMs: null,
    commit: "0".repeat(64),
    trust: "commit",
  };
  const events: readonly RoomEvent[] = [
    { ...at(1_000), type: "viewers.counted", data: { count: 70, peak: 70 } },
    { ...at(2_000), type: "super.sent", by, data: { id: first, session, text: "first" } },
    { ...at(3_000), type: "lottery.opened", data: { lottery: lotteryFace } },
    { ...at(4_000), type: "lottery.counted", data: { id: lottery, entries: 12 } },
    { ...at(5_000), type: "super.sent", by, data: { id: second, session, text: "second" } },
    { ...at(6_000), type: "message.deleted", data: { id: second } },
    {
      ...at(7_000),
      type: "lottery.closed",
      data: { id: lottery, entries: 12, root: "0".repeat(64), beaconRound: null },
    },
    { ...at(8_000), type: "room.ended", data: { session } },
  ];
  for (const event of events) await w.say(recorded, [event]);
  for (const archived of [0, 5, recorded.seqs.length]) {
    await w.archive(recorded, { archived, isEnded: true, deleted: [second] });
    await using fresh = await w.node();
    const stateAt = async (from: number) => {
      await using viewer = await watchReplay(fresh.url, recorded, `speed=max&view=all&from=${from}`);
      await waitFor(() => viewer.ended() !== undefined);
      return viewer.seen.controls("replay")[0]?.state;
    };
    const pinned = { id: first, text: "first", at: startMs + 2_000, by };
    const opened = { lottery: lotteryFace, entries: 12 };
    expect(await stateAt(500)).toEqual({ viewers: 0, lotteries: [] });
    expect(await stateAt(4_500)).toEqual({ viewers: 70, lotteries: [opened], pinned });
    // Nobody is shown it now, though it stood there at this moment.
    expect(await stateAt(5_500)).toEqual({ viewers: 70, lotteries: [opened] });
    expect(await stateAt(7_500)).toEqual({ viewers: 70, lotteries: [] });
  }
}, 60_000);
