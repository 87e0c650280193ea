import { expect, test } from "bun:test";
import { lotteriesNow } from "./lotteries-now.ts";
import { type LotteryNews, noLotteries } from "./lottery-feed.ts";
import type { LotteryView } from "./lottery-view.ts";

const id = "lottery000000001";
const meId = "ann0000000000001";
const view: LotteryView = {
  id,
  room: "room000000000001",
  session: "session000000001",
  title: "Friday",
  prizes: [{ id: "prize00000000001", name: "Mug", count: 1 }],
  conditions: {
    followHost: false,
    accountAgeDays: null,
    watchedSeconds: null,
    phrase: null,
    notWonWithinDays: null,
  },
  state: "open",
  opensAtMs: 1_000,
  closesAtMs: 61_000,
  closedAtMs: null,
  drawnAtMs: null,
  entries: 4,
  commit: "c".repeat(64),
  root: null,
  trust: { level: "commit", sentence: "…", beaconRound: null },
  me: { entered: true, eligible: true, lacks: [], won: null },
  cancelReason: null,
};
const news: LotteryNews = {
  id,
  face: null,
  state: null,
  sinceMs: 0,
  entries: null,
  root: null,
  beaconRound: null,
  winners: [],
  more: 0,
  cancelReason: null,
};
const win = { prizeId: "prize00000000001", prizeName: "Mug", rank: 1 };
const ann = { id: meId, name: "Annabel" };
const ben = { id: "ben0000000000001", name: "Benedict" };

const nowOf = (views: readonly LotteryView[], told: Partial<LotteryNews>) =>
  lotteriesNow({ views, feed: { ...noLotteries, news: [{ ...news, ...told }] }, meId })[0];

test("the feed's count overtakes the api's, and its state moves only forward", () => {
  expect(nowOf([view], { entries: 9 })).toMatchObject({ state: "open", entries: 9 });
  expect(nowOf([view], { state: "closed", sinceMs: 61_000, entries: 10, root: "aa" })).toMatchObject({
    state: "closed",
    closedAtMs: 61_000,
    entries: 10,
    root: "aa",
  });
  const over = { ...view, state: "drawn", entries: 12 } as const;
  expect(nowOf([over], { state: "open", entries: 3 })).toMatchObject({ state: "drawn", entries: 12 });
});

test("a draw that waits for its beacon stays delayed though the feed last told of the close", () => {
  expect(nowOf([{ ...view, state: "delayed" }], { state: "closed" })?.state).toBe("delayed");
});

test("a lottery that only the feed knows is there, with nothing known of this viewer", () => {
  const { title, conditions, opensAtMs, closesAtMs, commit } = view;
  const prizes = [...view.prizes];
  const face = { id, title, prizes, conditions, opensAtMs, closesAtMs, commit, trust: "commit" } as const;
  expect(nowOf([], { face, state: "open", entries: 2 })).toMatchObject({ id, entries: 2, me: null });
  expect(nowOf([], { state: "closed" })).toBeUndefined();
});

test("the outcome is this viewer's own", () => {
  const drawn = { state: "drawn", sinceMs: 70_000 } as const;
  expect(nowOf([view], { ...drawn, winners: [{ ...win, user: ann }] })?.outcome).toBe("won");
  expect(nowOf([view], { ...drawn, winners: [{ ...win, user: ben }] })?.outcome).toBe("lost");
  const out = { ...view, me: { entered: false, eligible: true, lacks: [], won: null } };
  expect(nowOf([out], { ...drawn, winners: [{ ...win, user: ben }] })?.outcome).toBe("not_entered");
});

test("with more winners than the feed names, the outcome is known when the api has told it", () => {
  const drawn = { state: "drawn", sinceMs: 70_000, more: 50, winners: [{ ...win, user: ben }] } as const;
  expect(nowOf([view], drawn)?.outcome).toBe("unknown");
  expect(nowOf([{ ...view, state: "drawn" }], drawn)?.outcome).toBe("lost");
  const won = { entered: true, eligible: true, lacks: [], won: { prizeId: "prize00000000001", rank: 60 } };
  expect(nowOf([{ ...view, state: "drawn", me: won }], drawn)?.outcome).toBe("won");
});

test("the latest lottery comes first", () => {
  const older = { ...view, id: "lottery000000000", opensAtMs: 500 };
  const ids = lotteriesNow({ views: [older, view], feed: noLotteries, meId }).map((one) => one.id);
  expect(ids).toEqual([id, "lottery000000000"]);
});
