import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

/**
 * The archive of what people sent, filled from the room log by the worker. No foreign keys: the log is the truth, and
 * a room that was deleted in the meantime must not block it (its `room.deleted` event removes its messages in order).
 */
export const messages = pgTable(
  "messages",
  {
    id: text("id").primaryKey(),
    epoch: text("epoch").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    roomId: text("room_id").notNull(),
    sessionId: text("session_id").notNull(),
    type: text("type", { enum: ["danmaku.sent", "gift.sent", "super.sent"] }).notNull(),
    at: moment("at").notNull(),
    mediaMs: integer("media_ms"),
    byId: text("by_id").notNull(),
    byName: text("by_name").notNull(),
    byRole: text("by_role", { enum: ["host", "moderator", "viewer"] }).notNull(),
    /** The event's `data`, as it was published. */
    data: jsonb("data").notNull(),
    deletedAt: moment("deleted_at"),
  },
  (table) => [
    uniqueIndex("messages_position").on(table.epoch, table.seq),
    index("messages_session_time").on(table.sessionId, table.at, table.seq),
    // A session's danmaku are counted, in all and by time, without a look at the rows.
    index("messages_danmaku")
      .on(table.sessionId, table.at)
      .where(sql`${table.type} = 'danmaku.sent' and ${table.deletedAt} is null`),
    index("messages_gifts")
      .on(table.sessionId, table.at)
      .where(sql`${table.type} = 'gift.sent' and ${table.deletedAt} is null`),
    index("messages_room").on(table.roomId),
  ],
);
