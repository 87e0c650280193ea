import type { Visibility } from "@barrage/protocol";
import { and, desc, eq, exists, isNotNull, type SQL, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { messages, roomSessions, rooms, sessionArchives, users } from "../schema/index.ts";

/**
 * How much of a session can be seen again. `missing`: nothing yet, its index is not written. `writing`: all of it, in
 * part from the log. `whole`: all of it, from the archive. `cut`: some of it left the log before it was archived, or was lost with the log.
 */
export type ArchiveState = "missing" | "writing" | "whole" | "cut";

/** A session as it can be seen again. */
export interface ReplayRow {
  readonly id: string;
  readonly room: {
    readonly id: string;
    readonly title: string;
    readonly visibility: Visibility;
    /** The name of its cover; null: none. */
    readonly cover: string | null;
    readonly host: { readonly id: string; readonly name: string };
  };
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Until now while it runs, by Postgres' clock. */
  readonly durationMs: number;
  readonly peakViewers: number;
  readonly uniqueViewers: number;
  /** Archived danmaku that were not deleted. */
  readonly danmaku: number;
  readonly archive: ArchiveState;
}

/** The place of a session in the list of what ended last. */
export interface ReplayListPosition {
  /** Microseconds since 1970, as Postgres has them. */
  readonly endedAtMicros: number;
  readonly id: string;
}

/** {@link ArchiveState} of a session whose archive is joined, if it has one. */
export const archiveStateNow = sql<ArchiveState>`case
  when coalesce(${sessionArchives.indexWritten}, 0) = 0 or ${sessionArchives.removing} then 'missing'
  when ${sessionArchives.cut} then 'cut'
  when ${sessionArchives.archivedSeq} >= ${sessionArchives.endSeq} then 'whole'
  else 'writing' end`;

// Literals: with parameters, a generic plan could not know that the partial indexes fit.
const isDanmaku = sql`${messages.type} = 'danmaku.sent' and ${messages.deletedAt} is null`;
const isGift = sql`${messages.type} = 'gift.sent' and ${messages.deletedAt} is null`;
// Spelled out: drizzle leaves the table out of a column's name where it thinks that there is one table alone.
const isOfSession = sql`"messages"."session_id" = "room_sessions"."id"`;

const milliseconds = (from: SQL, to: SQL) =>
  sql`floor(extract(epoch from ${to} - ${from}) * 1000)::bigint`.mapWith(Number);

function selectReplays(orm: Orm) {
  return orm
    .select({
      id: roomSessions.id,
      roomId: rooms.id,
      title: rooms.title,
      visibility: rooms.visibility,
      cover: rooms.cover,
      host: { id: users.id, name: users.name },
      startedAt: roomSessions.startedAt,
      endedAt: roomSessions.endedAt,
      endedAtMicros: sql`(extract(epoch from ${roomSessions.endedAt}) * 1000000)::bigint`.mapWith(Number),
      durationMs: milliseconds(
        sql`${roomSessions.startedAt}`,
        sql`coalesce(${roomSessions.endedAt}, clock_timestamp())`,
      ),
      peakViewers: roomSessions.peakViewers,
      uniqueViewers: roomSessions.uniqueViewers,
      danmaku: orm.$count(messages, sql`${isOfSession} and ${isDanmaku}`).mapWith(Number),
      archive: archiveStateNow,
    })
    .from(roomSessions)
    .innerJoin(rooms, eq(rooms.id, roomSessions.roomId))
    .innerJoin(users, eq(users.id, rooms.hostId))
    .leftJoin(sessionArchives, eq(sessionArchives.sessionId, roomSessions.id))
    .$dynamic();
}

type SelectedReplay = Awaited<ReturnType<typeof selectReplays>>[number];

function toRow(selected: SelectedReplay): ReplayRow {
  const { id, roomId, title, visibility, cover, host, startedAt, endedAt, durationMs } = selected;
  const { peakViewers, uniqueViewers, danmaku, archive } = selected;
  const room = { id: roomId, title, visibility, cover, host };
  return { id, room, startedAt, endedAt, durationMs, peakViewers, uniqueViewers, danmaku, archive };
}

/** A session of a room. Whether the one who asks may see the room is for the caller. */
export async function findReplay(
  orm: Orm,
  session: { readonly id: string; readonly roomId: string },
): Promise<ReplayRow | undefined> {
  const [found] = await selectReplays(orm)
    .where(and(eq(roomSessions.id, session.id), eq(roomSessions.roomId, session.roomId)))
    .limit(1);
  return found === undefined ? undefined : toRow(found);
}

/**
 * Sessions of public rooms that can be seen again and in which something was said, the one that ended last first.
 * Sessions that end between two pages move none of the others.
 */
export async function listRecentReplays(
  orm: Orm,
  page: { readonly after: ReplayListPosition | undefined; readonly limit: number },
): Promise<readonly (ReplayRow & { readonly position: ReplayListPosition })[]> {
  const { after, limit } = page;
  const isAfter =
    after === undefined
      ? undefined
      : sql`(${roomSessions.endedAt}, ${roomSessions.id})
          < (timestamptz 'epoch' + ${after.endedAtMicros}::bigint * interval '1 microsecond', ${after.id}::text)`;
  const found = await selectReplays(orm)
    .where(
      and(
        eq(rooms.visibility, "public"),
        isNotNull(roomSessions.endedAt),
        sql`${archiveStateNow} <> 'missing'`,
        exists(orm.select({ one: sql`1` }).from(messages).where(and(isOfSession, isDanmaku))),
        isAfter,
      ),
    )
    .orderBy(desc(roomSessions.endedAt), desc(roomSessions.id))
    .limit(limit);
  return found.map((row) => ({
    ...toRow(row),
    position: { endedAtMicros: row.endedAtMicros, id: row.id },
  }));
}

/** How a session's danmaku are counted by time. */
export interface HeatQuery {
  readonly sessionId: string;
  readonly startedAt: Date;
  readonly bucketMs: number;
}

// `date_bin` counts in whole numbers; the same by `extract` goes through numerics, and takes ten times as long.
const partOf = ({ startedAt, bucketMs }: HeatQuery) =>
  sql`date_bin(${bucketMs}::int * interval '1 millisecond', ${messages.at}, ${startedAt.toISOString()}::timestamptz)`;

/** How many danmaku that were not deleted each part of a session has; parts without any are left out, and what came late is in parts beyond its end. */
export async function countDanmakuByTime(
  orm: Orm,
  query: HeatQuery,
): Promise<readonly { readonly bucket: number; readonly count: number }[]> {
  const parts = await orm
    .select({ from: partOf(query).mapWith(messages.at), count: sql`count(*)`.mapWith(Number) })
    .from(messages)
    .where(and(eq(messages.sessionId, query.sessionId), isDanmaku))
    .groupBy(sql`1`);
  return parts.map(({ from, count }) => ({
    bucket: Math.round((from.getTime() - query.startedAt.getTime()) / query.bucketMs),
    count,
  }));
}

/** The dearest gift of a part of a session, and how many gifts were sent in it. */
export interface GiftMarkRow {
  readonly at: Date;
  readonly by: { readonly id: string; readonly name: string };
  readonly data: unknown;
  readonly gifts: number;
}

/** Gifts of a session: of each part the dearest, in the order of time. */
export async function listGiftMarks(orm: Orm, query: HeatQuery): Promise<readonly GiftMarkRow[]> {
  const part = partOf(query).as("part");
  const worth = sql`array_position(array['flower', 'heart', 'star', 'rocket'], ${messages.data} ->> 'gift')
    * (${messages.data} ->> 'count')::int`;
  const dearest = orm
    .selectDistinctOn([part], {
      part,
      at: messages.at,
      byId: messages.byId,
      byName: messages.byName,
      data: messages.data,
      gifts: sql`count(*) over (partition by ${partOf(query)})`.mapWith(Number).as("gifts"),
    })
    .from(messages)
    .where(and(eq(messages.sessionId, query.sessionId), isGift))
    .orderBy(sql`1`, desc(worth), messages.at);
  const rows = await dearest;
  return rows.map(({ at, byId, byName, data, gifts }) => ({
    at,
    by: { id: byId, name: byName },
    data,
    gifts,
  }));
}
