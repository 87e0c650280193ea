import { gt, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { roomSessions, rooms } from "../schema/index.ts";

/** How many viewers a room has. */
export interface ViewerCount {
  readonly roomId: string;
  readonly count: number;
}

/** A live room's new count, with the most that its session ever had. */
export interface ChangedViewerCount extends ViewerCount {
  readonly peak: number;
}

/**
 * Writes the counts of rooms that are live, and their sessions' peaks.
 * @returns the live rooms whose count was another one before
 */
export async function updateViewerCounts(
  orm: Orm,
  counts: readonly ViewerCount[],
): Promise<readonly ChangedViewerCount[]> {
  if (counts.length === 0) return [];
  const changed = await orm.execute<{ roomId: string; count: number; peak: number }>(sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(counts)}::jsonb) as row ("roomId" text, count integer)
    ), changed as (
      update ${rooms} set viewer_count = given.count from given
      where ${rooms.id} = given."roomId" and ${rooms.liveSessionId} is not null
        and ${rooms.viewerCount} <> given.count
      returning ${rooms.id} as "roomId", ${rooms.liveSessionId} as "sessionId", given.count as count
    )
    update ${roomSessions} set peak_viewers = greatest(${roomSessions.peakViewers}, changed.count) from changed
    where ${roomSessions.id} = changed."sessionId"
    returning changed."roomId", changed.count, ${roomSessions.peakViewers} as peak`);
  return [...changed];
}

/**
 * Writes how many different people have watched sessions, also some that ended. A count never goes down: what counts
 * may have lost its memory.
 */
export async function updateUniqueViewers(
  orm: Orm,
  counts: readonly { readonly sessionId: string; readonly count: number }[],
): Promise<void> {
  if (counts.length === 0) return;
  await orm.execute(sql`
    update ${roomSessions} set unique_viewers = given.count
    from jsonb_to_recordset(${JSON.stringify(counts)}::jsonb) as given ("sessionId" text, count integer)
    where ${roomSessions.id} = given."sessionId" and ${roomSessions.uniqueViewers} < given.count`);
}

/** The rooms that are written down as having viewers. */
export async function listWatchedRooms(orm: Orm): Promise<readonly string[]> {
  const watched = await orm.select({ id: rooms.id }).from(rooms).where(gt(rooms.viewerCount, 0));
  return watched.map(({ id }) => id);
}
