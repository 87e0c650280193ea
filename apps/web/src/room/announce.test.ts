import { expect, test } from "bun:test";
import { announce } from "./announce.ts";
import { reduceRoomFeed } from "./reduce-room-feed.ts";
import { ben, danmaku, liveFeed, receive } from "./testing/feed-items.ts";

test("a little is read out in full, a lot by its number and its end", () => {
  const two = receive(liveFeed(), danmaku(1, ben, "one"), danmaku(2, ben, "two"));
  expect(announce(two, 2)).toBe("Benedict: one. Benedict: two.");
  const many = receive(two, danmaku(3, ben, "three"), danmaku(4, ben, "four"));
  expect(announce(many, 4)).toBe("4 new messages. The last one: Benedict: four.");
});

test("nobody hears their own words, or nothing", () => {
  const content = { kind: "super", text: "me" } as const;
  const own = reduceRoomFeed(liveFeed(), {
    type: "drafted",
    draft: { key: "key0000000000001", content },
    nowMs: 1,
  });
  expect(announce(own, 1)).toBeUndefined();
  expect(announce(own, 0)).toBeUndefined();
});
