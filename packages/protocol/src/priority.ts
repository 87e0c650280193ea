import type { RoomEvent } from "./event.ts";

/**
 * How dear an event is when a viewer can't keep up. 0 system, moderation and lotteries: never shed. 1 gifts and super messages,
 * 2 host and moderators: never dropped. 3 danmaku: may be shed, and is then counted. 4 counts: the newest is enough.
 */
export type Priority = 0 | 1 | 2 | 3 | 4;

/** The priority class of an event. */
export function priorityOf(event: Pick<RoomEvent, "type" | "by">): Priority {
  switch (event.type) {
    case "danmaku.sent":
      return event.by === undefined || event.by.role === "viewer" ? 3 : 2;
    case "gift.sent":
    case "super.sent":
      return 1;
    case "viewers.counted":
      return 4;
    case "message.deleted":
    case "room.created":
    case "room.updated":
    case "room.started":
    case "room.ended":
    case "room.deleted":
    case "room.key_rotated":
    case "user.muted":
    case "user.unmuted":
    case "user.banned":
    case "user.unbanned":
    case "moderator.added":
    case "moderator.removed":
    case "lottery.opened":
    case "lottery.counted":
    case "lottery.closing":
    case "lottery.closed":
    case "lottery.delayed":
    case "lottery.drawn":
    case "lottery.cancelled":
    case "recording.ready":
      return 0;
  }
}
