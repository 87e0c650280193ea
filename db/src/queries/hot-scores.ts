import { sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { messages, roomSessions, rooms } from "../schema/index.ts";

/** What the hot ranking needs to know of a room that is live. */
export interface HotRoomRow {
  readonly roomId: string;
  readonly viewers: number;
  readonly liveMs: number;
  /** Messages in the time that was asked for, counted no further than the room has viewers. */
  readonly messages: number;
  /** As it is written down. */
  readonly score: number;
}

/**
 * The public rooms that are live, the most watched first. A busy room's messages are counted up to its number of
 * viewers alone: the ranking makes no difference beyond, and the work stays small.
 */
export async function listHotRooms(
  orm: Orm,
  asked: { readonly talkMs: number; readonly limit: number },
): Promise<readonly HotRoomRow[]> {
  const found = await orm.execute<{
    roomId: string;
    viewers: number;
    liveMs: number;
    messages: number;
    score: number;
  }>(sql`
    select r.id as "roomId", r.viewer_count as viewers, r.hot_score as score,
      (extract(epoch from now() - s.started_at) * 1000)::float8 as "liveMs",
      (select count(*)::int from (
        select 1 from ${messages} m
        where m.session_id = s.id and m.at > now() - ${asked.talkMs}::int * interval '1 millisecond'
        limit r.viewer_count) as talk) as messages
    from ${rooms} r join ${roomSessions} s on s.id = r.live_session_id
    where r.visibility = 'public'
    order by r.viewer_count desc limit ${asked.limit}`);
  return [...found];
}

/** Writes the scores of rooms that are still live. */
export async function updateHotScores(
  orm: Orm,
  scores: readonly { readonly roomId: string; readonly score: number }[],
): Promise<void> {
  if (scores.length === 0) return;
  await orm.execute(sql`
    update ${rooms} set hot_score = given.score
    from jsonb_to_recordset(${JSON.stringify(scores)}::jsonb) as given ("roomId" text, score integer)
    where ${rooms.id} = given."roomId" and ${rooms.liveSessionId} is not null`);
}
