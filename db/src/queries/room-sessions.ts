import { AppError } from "@barrage/protocol";
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { messages, roomSessions, rooms, sessionArchives } from "../schema/index.ts";
import { type ArchiveState, archiveStateNow } from "./replays.ts";

/**
 * Opens a session and makes its room live. The caller has locked the room and seen that it is not. The unique index
 * decides between two rooms of one host: the second waits for the first to commit or roll back.
 * @throws AppError `already_live`; the transaction can't go on after it
 */
export async function openSession(
  orm: Orm,
  session: {
    readonly id: string;
    readonly roomId: string;
    readonly hostId: string;
    readonly startedAt: Date;
  },
): Promise<void> {
  try {
    await orm.insert(roomSessions).values(session);
  } catch (error) {
    if (!isUniqueViolation(error, "room_sessions_one_live_per_host")) throw error;
    throw new AppError("already_live", { cause: error });
  }
  await orm
    .update(rooms)
    .set({ liveSessionId: session.id, viewerCount: 0, hotScore: 0, updatedAt: sql`now()` })
    .where(eq(rooms.id, session.roomId));
}

/** The room in which a host is live; undefined when they are in none. */
export async function findLiveRoomIdOf(orm: Orm, hostId: string): Promise<string | undefined> {
  const [running] = await orm
    .select({ roomId: roomSessions.roomId })
    .from(roomSessions)
    .where(and(eq(roomSessions.hostId, hostId), isNull(roomSessions.endedAt)))
    .limit(1);
  return running?.roomId;
}

/** Ends a room's running session. The caller has locked the room and seen that it is live. */
export async function closeSession(
  orm: Orm,
  session: { readonly id: string; readonly roomId: string; readonly endedAt: Date },
): Promise<void> {
  await orm
    .update(roomSessions)
    .set({ endedAt: session.endedAt })
    .where(and(eq(roomSessions.id, session.id), isNull(roomSessions.endedAt)));
  await orm
    .update(rooms)
    .set({ liveSessionId: null, viewerCount: 0, hotScore: 0, updatedAt: sql`now()` })
    .where(eq(rooms.id, session.roomId));
}

/** A session with what became of it. */
export interface SessionRow {
  readonly id: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly peakViewers: number;
  readonly uniqueViewers: number;
  /** Archived messages that were not deleted. */
  readonly messages: number;
  readonly archive: ArchiveState;
  /** Its place in the list. */
  readonly startedAtMicros: number;
}

/** A place in a room's list of sessions. */
export interface SessionListPosition {
  readonly startedAtMicros: number;
  readonly id: string;
}

/** A room's sessions after a place in the list, the newest first. */
export async function listSessions(
  orm: Orm,
  page: { readonly roomId: string; readonly after: SessionListPosition | undefined; readonly limit: number },
): Promise<readonly SessionRow[]> {
  const { after } = page;
  const isAfter =
    after === undefined
      ? undefined
      : sql`(${roomSessions.startedAt}, ${roomSessions.id})
          < (timestamptz 'epoch' + ${after.startedAtMicros}::bigint * interval '1 microsecond', ${after.id}::text)`;
  return orm
    .select({
      id: roomSessions.id,
      startedAt: roomSessions.startedAt,
      endedAt: roomSessions.endedAt,
      peakViewers: roomSessions.peakViewers,
      uniqueViewers: roomSessions.uniqueViewers,
      messages: orm
        .$count(messages, sql`${messages.sessionId} = "room_sessions"."id" and ${messages.deletedAt} is null`)
        .mapWith(Number),
      archive: archiveStateNow,
      startedAtMicros: sql`(extract(epoch from ${roomSessions.startedAt}) * 1000000)::bigint`.mapWith(Number),
    })
    .from(roomSessions)
    .leftJoin(sessionArchives, eq(sessionArchives.sessionId, roomSessions.id))
    .where(and(eq(roomSessions.roomId, page.roomId), isAfter))
    .orderBy(desc(roomSessions.startedAt), desc(roomSessions.id))
    .limit(page.limit);
}

/** Whether a session belongs to a room. */
export async function hasSession(orm: Orm, roomId: string, sessionId: string): Promise<boolean> {
  const rows = await orm
    .select({ id: roomSessions.id })
    .from(roomSessions)
    .where(and(eq(roomSessions.id, sessionId), eq(roomSessions.roomId, roomId)));
  return rows.length > 0;
}

/** The id of a room's newest session: the running one when the room is live. */
export async function findNewestSession(orm: Orm, roomId: string): Promise<string | undefined> {
  const [session] = await orm
    .select({ id: roomSessions.id })
    .from(roomSessions)
    .where(eq(roomSessions.roomId, roomId))
    .orderBy(desc(roomSessions.startedAt), desc(roomSessions.id))
    .limit(1);
  return session?.id;
}
