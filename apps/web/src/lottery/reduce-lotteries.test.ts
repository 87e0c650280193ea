import { describe, expect, test } from "bun:test";
import type { LotteryFace, RoomEventOf } from "@barrage/protocol";
import { eventItem, liveFeed, receive, wordsOf } from "../room/testing/feed-items.ts";
import { type LotteryFeed, noLotteries } from "./lottery-feed.ts";
import { type LotteryEvent, newsMax, reduceLotteries } from "./reduce-lotteries.ts";

const id = "lottery000000001";
const prizes = [{ id: "prize00000000001", name: "Mug", count: 1 }];
const face: LotteryFace = {
  id,
  title: "Friday",
  prizes,
  conditions: {
    followHost: false,
    accountAgeDays: null,
    watchedSeconds: null,
    phrase: null,
    notWonWithinDays: null,
  },
  opensAtMs: 1_000,
  closesAtMs: 61_000,
  commit: "c".repeat(64),
  trust: "commit",
};
const ann = { id: "ann0000000000001", name: "Annabel", role: "viewer" } as const;
const ben = { id: "ben0000000000001", name: "Benedict" };
const win = (user: { readonly id: string; readonly name: string }) => ({
  prizeId: "prize00000000001",
  prizeName: "Mug",
  rank: 1,
  user,
});

type Data<Type extends LotteryEvent["type"]> = RoomEventOf<Type>["data"];

const base = (at: number) => ({ v: 1, room: "room000000000001", at }) as const;
const opened = (lottery = face): LotteryEvent => ({
  ...base(1_000),
  type: "lottery.opened",
  data: { lottery },
});
const counted = (entries: number): LotteryEvent => ({
  ...base(2_000),
  type: "lottery.counted",
  data: { id, entries },
});
const closing = (secondsLeft: Data<"lottery.closing">["secondsLeft"]): LotteryEvent => ({
  ...base(3_000),
  type: "lottery.closing",
  data: { id, secondsLeft },
});
const closed = (entries: number): LotteryEvent => ({
  ...base(4_000),
  type: "lottery.closed",
  data: { id, entries, root: "a".repeat(64), beaconRound: null },
});
const delayed: LotteryEvent = {
  ...base(4_500),
  type: "lottery.delayed",
  data: { id, beaconRound: 77 },
};
const drawn = (winners: Data<"lottery.drawn">["winners"], more = 0): LotteryEvent => ({
  ...base(5_000),
  type: "lottery.drawn",
  data: { id, winners, more, seed: "b".repeat(64) },
});
const cancelled = (reason: string): LotteryEvent => ({
  ...base(5_000),
  type: "lottery.cancelled",
  data: { id, reason },
});

function after(events: readonly LotteryEvent[], { live = true, meId = ann.id, start = noLotteries } = {}) {
  const notices: string[] = [];
  let feed: LotteryFeed = start;
  for (const event of events) {
    const step = reduceLotteries(feed, event, { live, meId });
    feed = step.feed;
    if (step.notice !== null) notices.push(step.notice.text);
  }
  return { feed, notices, one: feed.news.find((news) => news.id === id) };
}

describe("a lottery in the feed", () => {
  test("whose beacon is late waits as delayed, told once, until it is drawn", () => {
    const { notices, one } = after([opened(), closed(3), delayed, closed(3), delayed]);
    expect(one).toMatchObject({ state: "delayed", beaconRound: 77, entries: 3 });
    expect(notices.at(-1)).toBe("The lottery “Friday” waits for the public beacon: round 77 is late.");
    expect(notices).toHaveLength(3);
    expect(after([opened(), closed(3), delayed, drawn([win(ben)])]).one?.state).toBe("drawn");
  });

  test("is told from opening to draw, each step once", () => {
    const { one, notices } = after([opened(), counted(2), closed(3), drawn([win(ben)])]);
    expect(one).toMatchObject({ state: "drawn", entries: 3, more: 0, sinceMs: 5_000 });
    expect(notices).toEqual([
      "A lottery is open. “Friday”: Mug.",
      "The lottery “Friday” is closed with 3 entries.",
      "The lottery “Friday” is drawn. Benedict won Mug.",
    ]);
  });

  test("is not taken back, nor told again, by the replayed end of the log", () => {
    const events = [opened(), counted(2), closed(3), drawn([win(ben)])];
    const once = after(events);
    const again = after(events, { start: once.feed });
    expect(again.notices).toEqual([]);
    expect(again.one).toEqual(once.one);
    expect(again.feed.said).toEqual(once.feed.said);
  });

  test("keeps the pool's number when a count comes after the close", () => {
    expect(after([opened(), closed(3), counted(2)]).one?.entries).toBe(3);
  });

  test("counts down too: a withdrawal makes the number smaller", () => {
    expect(after([opened(), counted(5), counted(4)]).one?.entries).toBe(4);
  });

  test("takes changed rules, and tells that they changed", () => {
    const changed = { ...face, title: "Saturday" };
    const { one, notices } = after([opened(), opened(changed)]);
    expect(one?.face?.title).toBe("Saturday");
    expect(notices.at(-1)).toBe("The lottery's rules changed. “Saturday”: Mug.");
  });

  test("that is cancelled says why, and is not drawn any more", () => {
    const { one, notices } = after([opened(), cancelled("The mug broke."), drawn([win(ben)])]);
    expect(one).toMatchObject({ state: "cancelled", cancelReason: "The mug broke." });
    expect(notices.at(-1)).toBe("The lottery “Friday” was cancelled: The mug broke.");
    expect(notices).toHaveLength(2);
  });

  test("that opened before the feed began is followed from where it is heard of", () => {
    const { one, notices } = after([counted(7), closed(8)]);
    expect(one).toMatchObject({ face: null, state: "closed", entries: 8 });
    expect(notices).toEqual(["The lottery is closed with 8 entries."]);
  });

  test("that nobody entered is announced as drawn all the same", () => {
    const { notices } = after([opened(), closed(0), drawn([])]);
    expect(notices.at(-1)).toBe("The lottery “Friday” is drawn. Nobody had entered, so nobody won.");
  });

  test("costs no memory without end: of many the latest are kept", () => {
    const events = Array.from({ length: newsMax + 5 }, (_, index) =>
      opened({ ...face, id: `lottery${String(index).padStart(9, "0")}` }),
    );
    const { feed } = after(events);
    expect(feed.news).toHaveLength(newsMax);
    expect(feed.news.at(-1)?.id).toBe(`lottery${String(newsMax + 4).padStart(9, "0")}`);
  });
});

describe("what is read out", () => {
  test("is the countdown at 60, 30 and 10 seconds", () => {
    const texts = ([60, 30, 10] as const).map(
      (seconds) => after([opened(), closing(seconds)]).feed.said?.text,
    );
    expect(texts).toEqual([
      "The lottery “Friday” closes in 60 seconds.",
      "The lottery “Friday” closes in 30 seconds.",
      "The lottery “Friday” closes in 10 seconds.",
    ]);
  });

  test("begins with this viewer's own prize", () => {
    const mine = after([opened(), closed(2), drawn([win(ann)])]).feed.said?.text;
    expect(mine).toBe("You won Mug! The lottery “Friday” is drawn. Annabel won Mug.");
    const visitor = reduceLotteries(noLotteries, drawn([win(ann)]), { live: true, meId: null });
    expect(visitor.feed.said?.text).toBe("The lottery is drawn. Annabel won Mug.");
  });

  test("is nothing of what is caught up on", () => {
    const { feed } = after([opened(), closing(60), closed(1), drawn([win(ben)])], { live: false });
    expect(feed.said).toBeNull();
  });

  test("names a few winners and counts the others", () => {
    const { feed } = after([opened(), closed(99), drawn([win(ann), win(ben), win(ann), win(ben)], 10)]);
    expect(feed.said?.text).toEndWith(
      "Annabel won Mug, Benedict won Mug, Annabel won Mug, and 11 others won too.",
    );
  });
});

describe("in the room's feed", () => {
  test("a lottery is told in the chat, read out, and followed", () => {
    const feed = receive(
      liveFeed(ann),
      eventItem(1, { type: "lottery.opened", data: { lottery: face } }),
      eventItem(2, { type: "lottery.closing", data: { id, secondsLeft: 10 } }),
      eventItem(3, {
        type: "lottery.closed",
        data: { id, entries: 1, root: "a".repeat(64), beaconRound: null },
      }),
      eventItem(4, {
        type: "lottery.drawn",
        data: { id, winners: [win(ann)], more: 0, seed: "b".repeat(64) },
      }),
    );
    expect(wordsOf(feed)).toEqual([
      "(A lottery is open. “Friday”: Mug.)",
      "(The lottery “Friday” is closed with 1 entry.)",
      "(The lottery “Friday” is drawn. Annabel won Mug.)",
    ]);
    expect(feed.lotteries.said?.text).toStartWith("You won Mug!");
    expect(feed.lotteries.news).toMatchObject([{ id, state: "drawn" }]);
  });

  test("a gap leaves what is certain, and forgets the count", () => {
    const feed = receive(
      liveFeed(ann),
      eventItem(1, { type: "lottery.opened", data: { lottery: face } }),
      eventItem(2, { type: "lottery.counted", data: { id, entries: 5 } }),
      { kind: "reset", reason: "trimmed", cursor: "e-9" },
    );
    expect(feed.lotteries.news).toMatchObject([{ id, state: "open", entries: null }]);
  });
});
