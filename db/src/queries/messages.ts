import { and, asc, desc, eq, gte, isNull, lt, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { messages } from "../schema/index.ts";

/** An archived message. */
export type MessageRow = Omit<typeof messages.$inferSelect, "epoch">;

const columns = {
  id: messages.id,
  seq: messages.seq,
  roomId: messages.roomId,
  sessionId: messages.sessionId,
  type: messages.type,
  at: messages.at,
  mediaMs: messages.mediaMs,
  byId: messages.byId,
  byName: messages.byName,
  byRole: messages.byRole,
  data: messages.data,
  deletedAt: messages.deletedAt,
};

/** An archived message by its id. */
export async function findMessage(orm: Orm, id: string): Promise<MessageRow | undefined> {
  const [message] = await orm.select(columns).from(messages).where(eq(messages.id, id)).limit(1);
  return message;
}

/** A place in a session's history. */
export interface MessagePosition {
  readonly atMs: number;
  readonly seq: number;
}

/** One page of a session's history. */
export interface HistoryPage {
  readonly sessionId: string;
  /** Forward: from the oldest on; backward: from the newest on. */
  readonly direction: "forward" | "backward";
  /** Exclusive. */
  readonly after: MessagePosition | undefined;
  /** Inclusive. */
  readonly from: Date | undefined;
  /** Exclusive. */
  readonly to: Date | undefined;
  readonly limit: number;
}

/** A page of a session's messages in the order of reading. Deleted messages keep their place. */
export async function listMessages(orm: Orm, page: HistoryPage): Promise<readonly MessageRow[]> {
  const { after, from, to, direction } = page;
  const [order, beyond] = direction === "forward" ? ([asc, sql`>`] as const) : ([desc, sql`<`] as const);
  const place =
    after === undefined
      ? undefined
      : sql`(${messages.at}, ${messages.seq}) ${beyond} (${new Date(after.atMs).toISOString()}::timestamptz, ${after.seq}::bigint)`;
  return orm
    .select(columns)
    .from(messages)
    .where(
      and(
        eq(messages.sessionId, page.sessionId),
        from === undefined ? undefined : gte(messages.at, from),
        to === undefined ? undefined : lt(messages.at, to),
        place,
      ),
    )
    .orderBy(order(messages.at), order(messages.seq))
    .limit(page.limit);
}

/** Marks an archived message as deleted; false when it was already, or is not archived (yet) in this room. */
export async function markMessageDeleted(
  orm: Orm,
  message: { readonly id: string; readonly roomId: string; readonly deletedAt: Date },
): Promise<boolean> {
  const rows = await orm
    .update(messages)
    .set({ deletedAt: message.deletedAt })
    .where(and(eq(messages.id, message.id), eq(messages.roomId, message.roomId), isNull(messages.deletedAt)))
    .returning({ id: messages.id });
  return rows.length > 0;
}
