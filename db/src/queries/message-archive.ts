import { and, eq, inArray, lt, ne, or, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { messages } from "../schema/index.ts";

/** A message on its way into the archive. */
export type NewMessageRow = Omit<typeof messages.$inferInsert, "deletedAt">;

/**
 * Archives messages; those that are there already stay as they are. One parameter for any number of rows, so that
 * Postgres plans one statement and not one for every size of batch.
 * @returns how many are new
 */
export async function archiveMessages(orm: Orm, rows: readonly NewMessageRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const inserted = await orm.execute(sql`
    insert into ${messages}
      (id, epoch, seq, room_id, session_id, type, at, media_ms, by_id, by_name, by_role, data)
    select * from jsonb_to_recordset(${JSON.stringify(rows.map(toRecord))}::jsonb) as row
      (id text, epoch text, seq bigint, room_id text, session_id text, type text, at timestamptz, media_ms integer,
       by_id text, by_name text, by_role text, data jsonb)
    on conflict do nothing
    returning id`);
  return inserted.length;
}

function toRecord(row: NewMessageRow) {
  return {
    id: row.id,
    epoch: row.epoch,
    seq: row.seq,
    room_id: row.roomId,
    session_id: row.sessionId,
    type: row.type,
    at: row.at.toISOString(),
    media_ms: row.mediaMs ?? null,
    by_id: row.byId,
    by_name: row.byName,
    by_role: row.byRole,
    data: row.data,
  };
}

/**
 * Removes what a room had said before a place in the log, its `room.deleted` event.
 * @returns how many messages, at most `limit`
 */
export async function removeArchiveOf(
  orm: Orm,
  room: {
    readonly roomId: string;
    readonly before: { readonly epoch: string; readonly seq: number };
    readonly limit: number;
  },
): Promise<number> {
  const { epoch, seq } = room.before;
  const some = orm
    .select({ id: messages.id })
    .from(messages)
    // What an earlier stream held was said before anything in this one.
    .where(and(eq(messages.roomId, room.roomId), or(ne(messages.epoch, epoch), lt(messages.seq, seq))))
    .limit(room.limit);
  const removed = await orm.delete(messages).where(inArray(messages.id, some)).returning({ id: messages.id });
  return removed.length;
}
