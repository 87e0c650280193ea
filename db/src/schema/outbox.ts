import { sql } from "drizzle-orm";
import { bigint, index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";

/**
 * Events that were written together with the state they tell of, waiting to be relayed to the room log. Whoever
 * writes here holds a lock on the room's row, so a room's rows commit in the order of their ids.
 */
export const outbox = pgTable(
  "outbox",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    /** The `Nats-Msg-Id`: random, because row ids start again when a database is made anew and the log is not. */
    messageId: text("message_id").notNull().unique(),
    roomId: text("room_id").notNull(),
    /** A RoomEvent of @barrage/protocol. */
    event: jsonb("event").notNull(),
    traceparent: text("traceparent"),
    createdAt: createdAt(),
    relayedAt: moment("relayed_at"),
  },
  (table) => [
    index("outbox_waiting").on(table.id).where(sql`${table.relayedAt} is null`),
    index("outbox_relayed").on(table.relayedAt),
  ],
);
