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

/** A room as it is while its row is locked. */
export interface LockedRoom {
  readonly id: string;
  readonly hostId: string;
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly hasPassword: boolean;
  readonly slowModeMs: number;
  readonly followersOnly: boolean;
  readonly limits: RoomLimits | null;
  readonly liveSessionId: string | null;
  /** What the claimant is in this room. */
  readonly role: Role;
  /** Postgres' clock once the lock was held: later for whoever held it later. */
  readonly now: Date;
}

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
      id: rooms.id,
      hostId: rooms.hostId,
      title: rooms.title,
      description: rooms.description,
      visibility: rooms.visibility,
      hasPassword: sql<boolean>`${rooms.passwordHash} is not null`,
      slowModeMs: rooms.slowModeMs,
      followersOnly: rooms.followersOnly,
      limits: rooms.limits,
      liveSessionId: rooms.liveSessionId,
      isModerator: sql<boolean>`${isModeratorOf(orm, claim.userId)}`,
      now: sql`date_trunc('milliseconds', clock_timestamp())`.mapWith(rooms.createdAt),
    })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.hostId))
    .where(allowed);
  if (room === undefined) return undefined;
  const { isModerator, ...rest } = room;
  const role = room.hostId === claim.userId ? "host" : isModerator ? "moderator" : "viewer";
  return { ...rest, role };
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
