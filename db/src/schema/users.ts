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
