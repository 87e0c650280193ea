import { expect, test } from "bun:test";
import { frozenLines } from "./frozen-lines.ts";
import { reduceRoomFeed } from "./reduce-room-feed.ts";
import { ann, ben, danmaku, eventItem, liveFeed, messageId, receive, wordsOf } from "./testing/feed-items.ts";

const draft = {
  key: "key0000000000001",
  content: { kind: "danmaku", text: "hi", color: "#ffffff", mode: "scroll" },
} as const;
const error = {
  code: "word_blocked",
  text: "Not here.",
  retryable: false,
  retryAfterMs: undefined,
  issues: [],
} as const;

test("whoever scrolled up sees no new lines, but deletions at once", () => {
  const before = receive(liveFeed(), danmaku(1, ben, "one"), danmaku(2, ben, "two"));
  const gone = eventItem(4, { type: "message.deleted", data: { id: messageId(1) } });
  const after = receive(before, danmaku(3, ben, "three"), gone);
  const lines = frozenLines(before.lines, after);
  expect(wordsOf({ ...after, lines })).toEqual(["Benedict: –", "Benedict: two"]);
  expect(frozenLines(before.lines, before)).toBe(before.lines);
});

test("whoever scrolled up sees what becomes of their own message: refused, tried again, sent or discarded", () => {
  const drafted = reduceRoomFeed(liveFeed(), { type: "drafted", draft, nowMs: 4_000 });
  const frozen = drafted.lines;
  const refused = reduceRoomFeed(drafted, { type: "refused", key: draft.key, error, nowMs: 5_000 });
  expect(frozenLines(frozen, refused)).toMatchObject([{ delivery: { state: "failed", error } }]);

  const retried = reduceRoomFeed(refused, { type: "sending", key: draft.key });
  expect(frozenLines(refused.lines, retried)).toMatchObject([{ delivery: { state: "sending" } }]);
  const sent = receive(retried, danmaku(7, ann, "hi"));
  expect(frozenLines(frozen, sent)).toMatchObject([{ id: messageId(7), delivery: { state: "sent" } }]);

  const discarded = reduceRoomFeed(refused, { type: "discarded", key: draft.key });
  expect(frozenLines(refused.lines, discarded)).toEqual([]);
});
