import type { Role, RoomLimits, Visibility } from "@barrage/protocol";
import { and, eq, exists, or, type SQL, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { roomModerators, rooms, users } from "../schema/index.ts";

/** Who asks for a room's row, and what they must be to get it. */
export interface RoomClaim {
  readonly roomId: string;
  readonly userId: string;
  readonly as: "host" | "moderator" | "anyone";
}

/** What of a room everybody sees who may watch it. */
export interface RoomFaceRow {
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly slowModeMs: number;
  readonly followersOnly: boolean;
  readonly limits: RoomLimits | null;
  /** The name of the cover that is shown; null: none. */
  readonly cover: string | null;
}

/** A room as it is while its row is locked. */
export interface LockedRoom extends RoomFaceRow {
  readonly id: string;
  readonly hostId: string;
  readonly hasPassword: boolean;
  readonly liveSessionId: string | null;
  /** What the claimant is in this room. */
  readonly role: Role;
  /** Postgres' clock once the lock was held: later for whoever held it later. */
  readonly now: Date;
}

const faceColumns = {
  title: rooms.title,
  description: rooms.description,
  visibility: rooms.visibility,
  slowModeMs: rooms.slowModeMs,
  followersOnly: rooms.followersOnly,
  limits: rooms.limits,
  cover: rooms.cover,
};
const clockNow = sql`date_trunc('milliseconds', clock_timestamp())`.mapWith(rooms.createdAt);

/** Whether `userId` is one of the moderators of the room in the surrounding query. */
export function isModeratorOf(orm: Orm, userId: string): SQL {
  return exists(
    orm
      .select({ one: sql`1` })
      .from(roomModerators)
      .where(and(eq(roomModerators.roomId, rooms.id), eq(roomModerators.userId, userId))),
  );
}

function claimHolds(orm: Orm, claim: RoomClaim): SQL | undefined {
  if (claim.as === "anyone") return undefined;
  const isHost = eq(rooms.hostId, claim.userId);
  return claim.as === "host" ? isHost : or(isHost, isModeratorOf(orm, claim.userId));
}

/**
 * Locks a room's row until the transaction ends, when the claimant is what the claim says; undefined otherwise, without
 * telling whether there is such a room.
 */
export async function lockRoom(orm: Orm, claim: RoomClaim): Promise<LockedRoom | undefined> {
  const allowed = and(eq(rooms.id, claim.roomId), claimHolds(orm, claim));
  const locked = await orm.select({ id: rooms.id }).from(rooms).where(allowed).for("update");
  if (locked.length === 0) return undefined;
  // A second statement, with a snapshot of its own: the first one judged moderators by what it saw before it waited
  // for the lock, and the holder may just have dismissed this one.
  const [room] = await orm
    .select({
      ...faceColumns,
      id: rooms.id,
      hostId: rooms.hostId,
      hasPassword: sql<boolean>`${rooms.passwordHash} is not null`,
      liveSessionId: rooms.liveSessionId,
      isModerator: sql<boolean>`${isModeratorOf(orm, claim.userId)}`,
      now: clockNow,
    })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.hostId))
    .where(allowed);
  if (room === undefined) return undefined;
  const { isModerator, ...rest } = room;
  const role = room.hostId === claim.userId ? "host" : isModerator ? "moderator" : "viewer";
  return { ...rest, role };
}

/** As {@link lockRoom}, for the worker: no claim is asked for. Undefined when there is no such room. */
export async function lockRoomFace(
  orm: Orm,
  id: string,
): Promise<{ readonly face: RoomFaceRow; readonly now: Date } | undefined> {
  const locked = await orm.select({ id: rooms.id }).from(rooms).where(eq(rooms.id, id)).for("update");
  if (locked.length === 0) return undefined;
  const [room] = await orm
    .select({ ...faceColumns, now: clockNow })
    .from(rooms)
    .where(eq(rooms.id, id));
  if (room === undefined) return undefined;
  const { now, ...face } = room;
  return { face, now };
}

/** Whether anybody may know of this room: it is public, or the user is its host or one of its moderators. */
export async function isRoomKnownTo(orm: Orm, roomId: string, userId: string): Promise<boolean> {
  const known = or(eq(rooms.visibility, "public"), eq(rooms.hostId, userId), isModeratorOf(orm, userId));
  const rows = await orm
    .select({ id: rooms.id })
    .from(rooms)
    .where(and(eq(rooms.id, roomId), known));
  return rows.length > 0;
}
