import { sql } from "drizzle-orm";
import { boolean, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";

/** People. Names keep their capitals, but are one name whatever the capitals. */
export const users = pgTable(
  "users",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    passwordHash: text("password_hash").notNull(),
    /** May run the platform. Set by the operator's command alone: no procedure writes it. */
    isAdministrator: boolean("is_administrator").notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex("users_name_unique").on(sql`lower(${table.name})`)],
);

/** Log-ins. `id` is the SHA-256 of the token, so a copy of this table opens no door. */
export const authSessions = pgTable(
  "auth_sessions",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    userAgent: text("user_agent"),
    createdAt: createdAt(),
    lastUsedAt: moment("last_used_at").notNull().default(sql`now()`),
    /** Moves forward with use. */
    idleExpiresAt: moment("idle_expires_at").notNull(),
    /** Never moves. */
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [
    index("auth_sessions_user").on(table.userId),
    index("auth_sessions_idle_expiry").on(table.idleExpiresAt),
  ],
);

/**
 * Every time an administrator kept somebody out of the whole platform. In force: not lifted, and `until` (null: without
 * end) not reached; none of the user's log-ins is good then. Rows stay, as the record of who did what when.
 */
export const userSuspensions = pgTable(
  "user_suspensions",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    reason: text("reason").notNull(),
    until: moment("until"),
    byId: text("by_id").notNull(),
    createdAt: createdAt(),
    liftedAt: moment("lifted_at"),
    liftedById: text("lifted_by_id"),
  },
  (table) => [
    index("user_suspensions_user").on(table.userId, table.createdAt.desc()),
    // What every look at a log-in asks: a handful of rows, however long the record grows.
    index("user_suspensions_open").on(table.userId).where(sql`${table.liftedAt} is null`),
  ],
);

/** Who follows which host. */
export const follows = pgTable(
  "follows",
  {
    followerId: text("follower_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    followeeId: text("followee_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.followerId, table.followeeId] }),
    index("follows_followee").on(table.followeeId),
  ],
);
