import { expect, test } from "bun:test";
import type { RoomView } from "../lib/app-router.ts";
import { roomNow } from "./room-now.ts";
import { ann, eventItem, face, liveFeed, receive, roomId } from "./testing/feed-items.ts";
import { writeBarrier } from "./write-barrier.ts";

const view: RoomView = {
  id: roomId,
  ...face,
  status: "idle",
  host: { id: "host000000000001", name: "Hosty" },
  sessionId: null,
  startedAtMs: null,
  viewers: 3,
  cover: null,
  coverHue: 20,
  createdAtMs: 1,
  viewerRole: "viewer",
  following: false,
  memberList: false,
};
const started = eventItem(1, { type: "room.started", data: { session: "session000000001" } });
const ended = eventItem(2, { type: "room.ended", data: { session: "session000000001" } });

test("the feed's later word on start, end and viewers overtakes the api's answer", () => {
  const live = receive(
    liveFeed(),
    started,
    eventItem(3, { type: "viewers.counted", data: { count: 8, peak: 9 } }),
  );
  expect(roomNow(view, live)).toMatchObject({
    status: "live",
    sessionId: "session000000001",
    startedAtMs: 1_001,
    viewers: 8,
  });
  expect(roomNow(view, receive(live, ended))).toMatchObject({
    status: "idle",
    sessionId: null,
    justEnded: true,
  });
});

test("a live page follows the cover: a new one, and its removal; an older event that knows of none changes nothing", () => {
  const cover = "0123456789abcdef0123456789abcdef";
  const covered: RoomView = { ...view, cover };
  const updated = (change: object) =>
    receive(liveFeed(), eventItem(1, { type: "room.updated", data: { face: { ...face, ...change } } }));
  expect(roomNow(view, updated({ cover })).cover).toBe(cover);
  expect(roomNow(covered, updated({ cover: null })).cover).toBeNull();
  expect(roomNow(covered, updated({})).cover).toBe(cover);
});

test("an end from before the present session says nothing about it", () => {
  const present: RoomView = { ...view, status: "live", sessionId: "session000000002", startedAtMs: 9_000 };
  expect(roomNow(present, receive(liveFeed(), ended))).toMatchObject({
    status: "live",
    sessionId: "session000000002",
  });
});

test("who may write: each obstacle by its name, the sternest first", () => {
  const live = { ...view, status: "live", justEnded: false } as const;
  const user = { id: ann.id, name: ann.name };
  expect(writeBarrier(live, liveFeed(null), 0)).toEqual({ kind: "anonymous" });
  expect(writeBarrier({ ...live, status: "idle" }, liveFeed(), 0)).toEqual({ kind: "off_air" });
  expect(writeBarrier({ ...live, followersOnly: true }, liveFeed(), 0)).toEqual({ kind: "followers_only" });
  expect(writeBarrier({ ...live, followersOnly: true, viewerRole: "moderator" }, liveFeed(), 0)).toBeNull();
  const muted = receive(liveFeed(), eventItem(1, { type: "user.muted", data: { user, untilMs: 10_000 } }));
  expect(writeBarrier(live, muted, 9_999)).toEqual({ kind: "muted", untilMs: 10_000 });
  expect(writeBarrier(live, muted, 10_000)).toBeNull();
  const banned = receive(muted, eventItem(2, { type: "user.banned", data: { user, untilMs: null } }));
  expect(writeBarrier(live, banned, 9_999)).toEqual({ kind: "banned" });
});
