import type { RoomRow } from "@barrage/db";
import { coverHueOf } from "@barrage/domain";
import type { Role, UserRef, Visibility } from "@barrage/protocol";

/** A room as clients see it. Times in milliseconds since 1970. */
export interface RoomView {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly status: "idle" | "live";
  readonly host: UserRef;
  /** The running session. */
  readonly sessionId: string | null;
  readonly startedAtMs: number | null;
  /** A count that is some seconds old. */
  readonly viewers: number;
  readonly slowModeMs: number;
  readonly followersOnly: boolean;
  /** The name of its cover: the api serves it at `coverPath` of @barrage/protocol. Null: clients draw one. */
  readonly cover: string | null;
  /** Whether viewers see who else is there. */
  readonly memberList: boolean;
  /** 0–359: the hue of the cover drawn by clients, always the same for one room. */
  readonly coverHue: number;
  readonly createdAtMs: number;
  /** What the asking user is in the room; null for an anonymous one. */
  readonly viewerRole: Role | null;
  /** Whether the asking user follows the host. */
  readonly following: boolean;
}

/** The view of a room. */
export function toRoomView(room: RoomRow): RoomView {
  return {
    id: room.id,
    title: room.title,
    description: room.description,
    visibility: room.visibility,
    status: room.sessionId === null ? "idle" : "live",
    host: room.host,
    sessionId: room.sessionId,
    startedAtMs: room.startedAt?.getTime() ?? null,
    viewers: room.viewers,
    slowModeMs: room.slowModeMs,
    followersOnly: room.followersOnly,
    cover: room.cover,
    memberList: room.memberList,
    coverHue: coverHueOf(room.id),
    createdAtMs: room.createdAt.getTime(),
    viewerRole: room.viewerRole,
    following: room.following,
  };
}
