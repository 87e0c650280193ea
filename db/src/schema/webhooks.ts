import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";
import { users } from "./users.ts";

/** Where hosts want to be told of what happens in their rooms. */
export const webhooks = pgTable(
  "webhooks",
  {
    id: text("id").primaryKey(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    url: text("url").notNull(),
    /** In clear: we sign with it. It opens nothing here. */
    secret: text("secret").notNull(),
    events: text("events").array().notNull(),
    enabled: boolean("enabled").notNull().default(true),
    createdAt: createdAt(),
  },
  (table) => [index("webhooks_owner").on(table.ownerId)],
);

/** One event for one webhook: the queue of what is to be sent, and the log of what was. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: text("id").primaryKey(),
    webhookId: text("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    /** The event's cursor: reading the room log again adds nothing. A re-sent one has its own. */
    cause: text("cause").notNull(),
    event: text("event").notNull(),
    /** The body as it is signed and sent, byte for byte, at every attempt. */
    body: text("body").notNull(),
    attempts: integer("attempts").notNull().default(0),
    /** Null: delivered, or given up. */
    nextAttemptAt: moment("next_attempt_at").default(sql`now()`),
    deliveredAt: moment("delivered_at"),
    /** The last answer; null while there was none. */
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("webhook_deliveries_once").on(table.webhookId, table.cause),
    index("webhook_deliveries_due").on(table.nextAttemptAt).where(sql`${table.nextAttemptAt} is not null`),
    index("webhook_deliveries_log").on(table.webhookId, table.createdAt.desc(), table.id.desc()),
  ],
);
