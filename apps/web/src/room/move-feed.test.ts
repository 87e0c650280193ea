import { expect, test } from "bun:test";
import type { MessageLine } from "./chat-line.ts";
import { reduceRoomFeed } from "./reduce-room-feed.ts";
import { ann, ben, danmaku, liveFeed, messageId, receive, wordsOf } from "./testing/feed-items.ts";

function line(seq: number, text: string): MessageLine {
  const id = messageId(seq);
  const content = { kind: "danmaku", text, color: "#ffffff", mode: "scroll" } as const;
  return {
    kind: "message",
    key: id,
    id,
    at: seq,
    by: ben,
    content,
    delivery: { state: "sent" },
    deleted: false,
  };
}

test("after a jump the chat is what was said before the moment, then what comes, each once and in order", () => {
  let feed = receive(liveFeed(), danmaku(90, ann, "from another moment"));
  feed = reduceRoomFeed(feed, { type: "moved" });
  expect(wordsOf(feed)).toEqual([]);
  // The feed is quicker than the history, and may give a message that the history has, too.
  feed = receive(feed, danmaku(12, ben, "twelve"), danmaku(13, ben, "thirteen"));
  expect(feed.flights.length).toBe(2);
  feed = reduceRoomFeed(feed, { type: "recalled", lines: [line(11, "eleven"), line(12, "twelve")] });
  expect(wordsOf(feed)).toEqual(["Benedict: eleven", "Benedict: twelve", "Benedict: thirteen"]);
  expect(feed.flights).toEqual([]);
  feed = receive(feed, danmaku(11, ben, "eleven"), danmaku(14, ben, "fourteen"));
  expect(wordsOf(feed).at(-1)).toBe("Benedict: fourteen");
  expect(feed.lines.length).toBe(4);
});

test("the room at the moment replaces what was known of another one", () => {
  const lottery = {
    id: "lottery000000001",
    title: "A mug",
    prizes: [{ id: "prize00000000001", name: "Mug", count: 1 }],
    conditions: {
      followHost: false,
      accountAgeDays: null,
      watchedSeconds: null,
      phrase: null,
      notWonWithinDays: null,
    },
    opensAtMs: 5,
    closesAtMs: null,
    commit: "c".repeat(64),
    trust: "commit",
  } as const;
  const moment = {
    viewers: 7,
    pinned: { id: messageId(3), text: "look here", at: 3, by: ben },
    lotteries: [{ lottery: { ...lottery, prizes: [...lottery.prizes] }, entries: 3 }],
  };
  let feed = reduceRoomFeed(liveFeed(), { type: "placed", moment });
  expect(feed.viewers).toBe(7);
  expect(feed.pinned).toMatchObject({ by: ben, content: { kind: "super", text: "look here" } });
  expect(feed.lotteries.news).toMatchObject([{ id: lottery.id, state: "open", entries: 3 }]);
  feed = reduceRoomFeed(feed, { type: "moved" });
  expect(feed.lotteries.news).toEqual([]);
  expect(feed.viewers).toBeNull();
});
