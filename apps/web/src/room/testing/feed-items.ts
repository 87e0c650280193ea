import type { FeedItem, FeedPhase } from "@barrage/client";
import type { Actor, RoomEvent } from "@barrage/protocol";
import { reduceRoomFeed } from "../reduce-room-feed.ts";
import { createRoomFeed, type RoomFace, type RoomFeed } from "../room-feed.ts";

export const roomId = "room000000000001";
export const face: RoomFace = {
  title: "Lo-fi",
  description: "",
  visibility: "public",
  slowModeMs: 0,
  followersOnly: false,
};
export const ann: Actor = { id: "ann0000000000001", name: "Annabel", role: "viewer" };
export const ben: Actor = { id: "ben0000000000001", name: "Benedict", role: "viewer" };

type EventBody = RoomEvent extends infer Event
  ? Event extends RoomEvent
    ? Pick<Event, "type" | "data">
    : never
  : never;

/** An event as the feed delivers it, number `seq` of the room. */
export function eventItem(seq: number, body: EventBody, by?: Actor): FeedItem {
  const event = {
    v: 1,
    room: roomId,
    at: 1_000 + seq,
    ...(by === undefined ? {} : { by }),
    ...body,
  } as const;
  return { kind: "event", cursor: `e-${seq}`, event };
}

/** Somebody's danmaku; its id is made of `seq`. */
export function danmaku(seq: number, by: Actor, text: string): FeedItem {
  const data = {
    id: messageId(seq),
    session: "session000000001",
    text,
    color: "#ffffff",
    mode: "scroll",
  } as const;
  return eventItem(seq, { type: "danmaku.sent", data }, by);
}

export function messageId(seq: number): string {
  return `message${String(seq).padStart(9, "0")}`;
}

export function phase(name: FeedPhase): FeedItem {
  return { kind: "state", phase: name };
}

/** A feed that is live, as `me` (Ann, unless said) sees it. */
export function liveFeed(me: Actor | null = ann): RoomFeed {
  const start = createRoomFeed({ me, face, role: me?.role ?? null });
  return receive(start, phase("live"));
}

/** The feed after `items`, taken together as one frame. */
export function receive(feed: RoomFeed, ...items: readonly FeedItem[]): RoomFeed {
  return reduceRoomFeed(feed, { type: "items", items, nowMs: 5_000 });
}

/** Who said what, line by line; notices as their text. */
export function wordsOf(feed: RoomFeed): readonly string[] {
  return feed.lines.map((line) => {
    if (line.kind === "notice") return `(${line.text})`;
    const what =
      line.content.kind === "gift" ? `${line.content.count} ${line.content.gift}` : line.content.text;
    return `${line.by.name}: ${line.deleted ? "–" : what}`;
  });
}
