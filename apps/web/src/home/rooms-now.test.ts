import { expect, test } from "bun:test";
import { type RoomsFeedItem, subscribeRooms } from "@barrage/client";
import type { RoomEvent } from "@barrage/protocol";
import { afterItem, noChanges, roomsNow } from "./rooms-now.ts";

const listed = (id: string) =>
  ({ id, title: "Listed", status: "live", viewers: 3, sessionId: "session1", startedAtMs: 1 }) as const;

const item = (event: RoomEvent): RoomsFeedItem => ({
  kind: "event",
  room: event.room,
  cursor: "e1-1",
  event,
});

const counted = item({
  v: 1,
  at: 50,
  room: "roomaaaa",
  type: "viewers.counted",
  data: { count: 8, peak: 9 },
});

test("a room's events overtake the list, room by room", () => {
  const rooms = [listed("roomaaaa"), listed("roombbbb")];
  const b = { v: 1, at: 50, room: "roombbbb" } as const;
  let changes = afterItem(noChanges, counted);
  changes = afterItem(changes, item({ ...b, type: "room.ended", data: { session: "session1" } }));
  expect(roomsNow(rooms, changes)).toMatchObject([
    { id: "roomaaaa", viewers: 8, status: "live" },
    { id: "roombbbb", viewers: 3, status: "idle", sessionId: null },
  ]);
  changes = afterItem(changes, item({ ...b, type: "room.started", data: { session: "session2" } }));
  expect(roomsNow(rooms, changes)[1]).toMatchObject({
    status: "live",
    sessionId: "session2",
    startedAtMs: 50,
  });
});

test("after a reset the list alone counts", () => {
  const rooms = [listed("roomaaaa")];
  const after = afterItem(afterItem(noChanges, counted), {
    kind: "reset",
    room: "roomaaaa",
    reason: "trimmed",
    cursor: "e1-5",
  });
  expect(roomsNow(rooms, after)).toEqual(rooms);
});

test("of a room that is not followed any more nothing is kept: when it comes back the list counts", async () => {
  const rooms = [listed("roomaaaa"), listed("roombbbb")];
  const b = item({ v: 1, at: 50, room: "roombbbb", type: "viewers.counted", data: { count: 8, peak: 9 } });
  let changes = afterItem(afterItem(noChanges, counted), b);
  const begun = Promise.withResolvers<void>();
  const take = (told: RoomsFeedItem) => {
    changes = afterItem(changes, told);
    begun.resolve();
  };
  // Nobody is there: that a room is left, the feed tells by itself.
  const feed = subscribeRooms({
    url: "http://127.0.0.1:1",
    rooms: ["roombbbb"],
    onEvent: take,
    onState: take,
  });
  await begun.promise;
  expect(roomsNow(rooms, changes)).toMatchObject([{ viewers: 8 }, { viewers: 8 }]);
  feed.remove("roombbbb");
  expect(roomsNow(rooms, changes)).toMatchObject([{ viewers: 8 }, listed("roombbbb")]);
  feed.close();
});
