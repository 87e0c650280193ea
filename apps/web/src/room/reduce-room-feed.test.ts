import { describe, expect, test } from "bun:test";
import type { FeedItem } from "@barrage/client";
import type { ChatLine } from "./chat-line.ts";
import { linesMax } from "./feed-lines.ts";
import { reduceRoomFeed } from "./reduce-room-feed.ts";
import { createRoomFeed } from "./room-feed.ts";
import {
  ann,
  ben,
  danmaku,
  eventItem,
  face,
  liveFeed,
  messageId,
  phase,
  receive,
  wordsOf,
} from "./testing/feed-items.ts";

describe("what others say", () => {
  test("stands in the chat in the room's order, and flies at once", () => {
    const feed = receive(liveFeed(), danmaku(1, ben, "one"), danmaku(2, ben, "two"));
    expect(wordsOf(feed)).toEqual(["Benedict: one", "Benedict: two"]);
    expect(feed.flights.map((line) => line.id)).toEqual([messageId(1), messageId(2)]);
  });

  test("that stands for many carries their number, in the chat and in flight", () => {
    const feed = receive(
      liveFeed(),
      danmaku(1, ben, "666"),
      { kind: "merged", count: 40, cursor: "e-1" },
      danmaku(2, ben, "two"),
    );
    const saidBy = (lines: readonly ChatLine[]) =>
      lines.flatMap((line) => (line.kind === "message" ? [line.saidBy] : []));
    expect(saidBy(feed.lines)).toEqual([40, undefined]);
    expect(saidBy(feed.flights)).toEqual([40, undefined]);
  });

  test("what nobody is shown of a crowd is counted without a word", () => {
    const feed = receive(liveFeed(), {
      kind: "skipped",
      by: "server",
      reason: "limit",
      count: 9,
      cursor: "e-9",
    });
    expect(feed.skipped).toBe(9);
    expect(wordsOf(feed)).toEqual([]);
  });

  test("that was caught up on is read but does not fly", () => {
    const start = createRoomFeed({ me: ann, face, role: "viewer" });
    const feed = receive(start, danmaku(1, ben, "early"), phase("live"), danmaku(2, ben, "now"));
    expect(wordsOf(feed)).toEqual(["Benedict: early", "Benedict: now"]);
    expect(feed.flights.map((line) => line.id)).toEqual([messageId(2)]);
  });

  test("flies once: the next input brings no old flights", () => {
    const feed = receive(receive(liveFeed(), danmaku(1, ben, "one")), phase("resuming"));
    expect(feed.flights).toEqual([]);
  });

  test("is shown once even when the feed repeats it after a reset", () => {
    const feed = receive(receive(liveFeed(), danmaku(1, ben, "one")), danmaku(1, ben, "one"));
    expect(wordsOf(feed)).toEqual(["Benedict: one"]);
  });

  test("is bounded: of a flood the newest lines stay, and their number is known", () => {
    const flood: FeedItem[] = Array.from({ length: 3 * linesMax }, (_, index) =>
      danmaku(index, ben, `n${index}`),
    );
    const feed = receive(liveFeed(), ...flood);
    expect(feed.lines).toHaveLength(linesMax);
    expect(wordsOf(feed).at(0)).toBe(`Benedict: n${2 * linesMax}`);
    expect(feed.added).toBe(3 * linesMax);
  });

  test("disappears when it is deleted, also when it is pinned", () => {
    const said = { id: messageId(1), session: "session000000001", text: "look at me" };
    const pinned = receive(liveFeed(), eventItem(1, { type: "super.sent", data: said }, ben));
    expect(pinned.pinned?.id).toBe(messageId(1));
    const feed = receive(pinned, eventItem(2, { type: "message.deleted", data: { id: messageId(1) } }));
    expect(wordsOf(feed)).toEqual(["Benedict: –"]);
    expect(feed.pinned).toBeNull();
    expect(feed.deletedIds).toEqual([messageId(1)]);
  });

  test("does not fly when it was deleted within the same frame", () => {
    const gone = eventItem(2, { type: "message.deleted", data: { id: messageId(1) } });
    expect(receive(liveFeed(), danmaku(1, ben, "oops"), gone).flights).toEqual([]);
  });
});

describe("what this viewer says", () => {
  const draft = {
    key: "key0000000000001",
    content: { kind: "danmaku", text: "hi", color: "#ffffff", mode: "scroll" },
  } as const;
  const drafted = () => reduceRoomFeed(liveFeed(), { type: "drafted", draft, nowMs: 4_000 });
  const error = {
    code: "log_unavailable",
    text: "Not now.",
    retryable: true,
    retryAfterMs: 2_000,
    issues: [],
  } as const;

  test("appears and flies before the server knows of it", () => {
    const feed = drafted();
    expect(wordsOf(feed)).toEqual(["Annabel: hi"]);
    expect(feed.flights.map((line) => line.key)).toEqual([draft.key]);
  });

  test("is there once when the answer comes before its event", () => {
    const sent = reduceRoomFeed(drafted(), {
      type: "accepted",
      key: draft.key,
      id: messageId(7),
      at: 4_500,
      nowMs: 4_600,
    });
    const feed = receive(sent, danmaku(7, ann, "hi"));
    expect(wordsOf(feed)).toEqual(["Annabel: hi"]);
    expect(feed.flights).toEqual([]);
  });

  test("is there once when its event overtakes the answer", () => {
    const echoed = receive(drafted(), danmaku(7, ann, "hi"));
    expect(wordsOf(echoed)).toEqual(["Annabel: hi"]);
    expect(echoed.flights).toEqual([]);
    const feed = reduceRoomFeed(echoed, {
      type: "accepted",
      key: draft.key,
      id: messageId(7),
      at: 4_500,
      nowMs: 4_600,
    });
    expect(feed.lines).toMatchObject([{ key: draft.key, id: messageId(7), delivery: { state: "sent" } }]);
  });

  test("is pinned for its author as well, whether its event comes before the answer or after it", () => {
    const loud = { key: draft.key, content: { kind: "super", text: "look" } } as const;
    const data = { id: messageId(7), session: "session000000001", text: "look" };
    const echo = eventItem(7, { type: "super.sent", data }, ann);
    const accept = { type: "accepted", key: draft.key, id: messageId(7), at: 4_500, nowMs: 4_600 } as const;
    const said = reduceRoomFeed(liveFeed(), { type: "drafted", draft: loud, nowMs: 4_000 });
    for (const feed of [receive(said, echo), receive(reduceRoomFeed(said, accept), echo)]) {
      expect(feed.pinned).toMatchObject({ id: messageId(7), by: ann });
      expect(wordsOf(feed)).toEqual(["Annabel: look"]);
      expect(feed.flights).toEqual([]);
    }
  });

  test("said twice with the same words is there twice", () => {
    const again = { ...draft, key: "key0000000000002" };
    const two = reduceRoomFeed(drafted(), { type: "drafted", draft: again, nowMs: 4_100 });
    expect(wordsOf(receive(two, danmaku(7, ann, "hi"), danmaku(8, ann, "hi")))).toEqual([
      "Annabel: hi",
      "Annabel: hi",
    ]);
  });

  test("from another tab of theirs appears and flies like anybody's", () => {
    const feed = receive(liveFeed(), danmaku(1, ann, "from my phone"));
    expect(wordsOf(feed)).toEqual(["Annabel: from my phone"]);
    expect(feed.flights).toHaveLength(1);
  });

  test("stays with its reason when it was refused, and can be tried again or let go", () => {
    const refused = reduceRoomFeed(drafted(), { type: "refused", key: draft.key, error, nowMs: 5_000 });
    expect(refused.lines).toMatchObject([{ delivery: { state: "failed", draft, error, retryAtMs: 7_000 } }]);
    const retried = reduceRoomFeed(refused, { type: "sending", key: draft.key });
    expect(retried.lines).toMatchObject([{ delivery: { state: "sending" } }]);
    const sent = reduceRoomFeed(retried, {
      type: "accepted",
      key: draft.key,
      id: messageId(7),
      at: 9_000,
      nowMs: 9_000,
    });
    expect(sent.lines).toMatchObject([{ id: messageId(7), delivery: { state: "sent" } }]);
    expect(reduceRoomFeed(refused, { type: "discarded", key: draft.key }).lines).toEqual([]);
  });

  test("counts as sent when its event came though the answer was lost", () => {
    const echoed = receive(drafted(), danmaku(7, ann, "hi"));
    const feed = reduceRoomFeed(echoed, { type: "refused", key: draft.key, error, nowMs: 5_000 });
    expect(feed.lines).toMatchObject([{ delivery: { state: "sent" } }]);
  });

  test("locks the box for as long as the server asks", () => {
    const tooFast = { ...error, code: "rate_limited" } as const;
    const feed = reduceRoomFeed(drafted(), { type: "refused", key: draft.key, error: tooFast, nowMs: 5_000 });
    expect(feed.lockedUntilMs).toBe(7_000);
  });

  test("locks a viewer's box for the pause of slow mode, and no moderator's", () => {
    const accept = { type: "accepted", key: draft.key, id: messageId(7), at: 4_500, nowMs: 4_600 } as const;
    const slow = { ...drafted(), face: { ...face, slowModeMs: 10_000 } };
    expect(reduceRoomFeed(slow, accept).lockedUntilMs).toBe(14_600);
    expect(reduceRoomFeed({ ...slow, role: "moderator" }, accept).lockedUntilMs).toBe(0);
  });
});

describe("what happens in the room", () => {
  const annRef = { id: ann.id, name: ann.name };
  const benRef = { id: ben.id, name: ben.name };

  test("a mute of this viewer binds until it is lifted; of others it is only told", () => {
    const muted = receive(
      liveFeed(),
      eventItem(1, { type: "user.muted", data: { user: annRef, untilMs: null } }),
    );
    expect(muted.sanction.muted).toEqual({ untilMs: null });
    const lifted = receive(muted, eventItem(2, { type: "user.unmuted", data: { user: annRef } }));
    expect(lifted.sanction.muted).toBeUndefined();
    const other = receive(
      liveFeed(),
      eventItem(1, { type: "user.muted", data: { user: benRef, untilMs: null } }),
    );
    expect(other.sanction).toEqual({});
    expect(wordsOf(other)).toEqual(["(Benedict was muted.)"]);
  });

  test("start and end are known and told", () => {
    const started = receive(
      liveFeed(),
      eventItem(1, { type: "room.started", data: { session: "session000000001" } }),
    );
    expect(started.sitting).toEqual({ state: "started", session: "session000000001", at: 1_001 });
    const ended = receive(
      started,
      eventItem(2, { type: "room.ended", data: { session: "session000000001" } }),
    );
    expect(ended.sitting).toMatchObject({ state: "ended", session: null });
    expect(wordsOf(ended)).toEqual(["(The room is live.)", "(The host has ended the session.)"]);
  });

  test("a change that viewers notice is told, any other is only taken over", () => {
    const slow = { ...face, slowModeMs: 5_000 };
    const told = receive(liveFeed(), eventItem(1, { type: "room.updated", data: { face: slow } }));
    expect(wordsOf(told)).toEqual(["(Slow mode is on: one message every 5 seconds.)"]);
    const described = { ...slow, description: "New words" };
    const quiet = receive(told, eventItem(2, { type: "room.updated", data: { face: described } }));
    expect(quiet.lines).toHaveLength(1);
    expect(quiet.face).toEqual(described);
  });

  test("skipped messages are counted and told, never silent", () => {
    const feed = receive(liveFeed(), { kind: "skipped", by: "server", count: 12, cursor: "e-30" });
    expect(feed.skipped).toBe(12);
    expect(wordsOf(feed)[0]).toStartWith("(12 messages were skipped");
  });

  test("a reset forgets what was derived, keeps what was said, and is told", () => {
    const before = receive(
      liveFeed(),
      danmaku(1, ben, "one"),
      eventItem(2, { type: "viewers.counted", data: { count: 9, peak: 9 } }),
      eventItem(3, { type: "user.muted", data: { user: annRef, untilMs: null } }),
    );
    const feed = receive(before, { kind: "reset", reason: "too_far", cursor: "e-900" });
    expect(feed).toMatchObject({ viewers: null, face: null, sitting: null, sanction: {} });
    expect(wordsOf(feed)).toContain("Benedict: one");
    expect(wordsOf(feed).at(-1)).toStartWith("(You were away");
  });

  test("every reset is counted, also in the middle of live and with its end in the same frame", () => {
    const reset = { kind: "reset", reason: "epoch", cursor: "f-0" } as const;
    const amidLive = receive(liveFeed(), reset);
    expect(amidLive).toMatchObject({ resets: 1, connection: { phase: "live" } });
    expect(receive(amidLive, phase("reset"), reset, phase("live"))).toMatchObject({ resets: 2 });
    expect(receive(amidLive, danmaku(1, ben, "one")).resets).toBe(1);
  });

  test("keys stay unique whatever comes together", () => {
    const notices = [1, 2, 3].map((seq) =>
      eventItem(seq, { type: "moderator.added", data: { user: benRef } }),
    );
    const feed = receive(liveFeed(), ...notices, danmaku(4, ben, "x"), ...notices);
    expect(new Set(feed.lines.map((line) => line.key)).size).toBe(feed.lines.length);
  });
});
