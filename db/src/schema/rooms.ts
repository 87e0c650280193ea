import type { RoomLimits } from "@barrage/protocol";
import { type SQL, sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";
import { users } from "./users.ts";

const oneOf = (column: unknown, values: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(", "))})`;

/** Rooms. A room is live exactly while it has a session that has not ended. */
export const rooms = pgTable(
  "rooms",
  {
    id: text("id").primaryKey(),
    hostId: text("host_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    title: text("title").notNull(),
    description: text("description").notNull().default(""),
    visibility: text("visibility", { enum: ["public", "unlisted", "private"] }).notNull(),
    /** Argon2id; set exactly for private rooms. */
    passwordHash: text("password_hash"),
    streamKey: text("stream_key").notNull().unique(),
    /** The running session, a copy of room_sessions kept in the same transaction so that lists need no join. */
    liveSessionId: text("live_session_id"),
    slowModeMs: integer("slow_mode_ms").notNull().default(0),
    followersOnly: boolean("followers_only").notNull().default(false),
    /** Whether viewers see who else is there. */
    memberList: boolean("member_list").notNull().default(false),
    /** How much of a crowd is shown; null: what the nodes usually show. */
    limits: jsonb("limits").$type<RoomLimits>(),
    blockedWords: text("blocked_words").array().notNull().default(sql`'{}'::text[]`),
    /** A hint for ordering, written by the worker every few seconds. */
    viewerCount: integer("viewer_count").notNull().default(0),
    /** The place in the hot ranking, written by the worker every few seconds; 0 while the room is not live. */
    hotScore: integer("hot_score").notNull().default(0),
    /** The name of the cover that is shown; null: none. */
    cover: text("cover"),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().default(sql`now()`),
  },
  (table) => [
    check("rooms_visibility", oneOf(table.visibility, ["public", "unlisted", "private"])),
    check("rooms_password", sql`(${table.visibility} = 'private') = (${table.passwordHash} is not null)`),
    index("rooms_host").on(table.hostId),
    index("rooms_listing")
      .on(
        sql`(${table.liveSessionId} is not null) desc`,
        table.viewerCount.desc(),
        table.createdAt.desc(),
        table.id.desc(),
      )
      .where(sql`${table.visibility} = 'public'`),
    index("rooms_hot")
      .on(
        sql`(${table.liveSessionId} is not null) desc`,
        table.hotScore.desc(),
        table.createdAt.desc(),
        table.id.desc(),
      )
      .where(sql`${table.visibility} = 'public'`),
  ],
);

/** One stretch of being live: with its own start time, history and replay. */
export const roomSessions = pgTable(
  "room_sessions",
  {
    id: text("id").primaryKey(),
    roomId: text("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    hostId: text("host_id").notNull(),
    startedAt: moment("started_at").notNull().default(sql`now()`),
    endedAt: moment("ended_at"),
    peakViewers: integer("peak_viewers").notNull().default(0),
    /** About how many different viewers there were: users, and addresses of those who were not logged in. */
    uniqueViewers: integer("unique_viewers").notNull().default(0),
  },
  (table) => [
    // One live session per host at a time: the database decides the race, not the code.
    uniqueIndex("room_sessions_one_live_per_host").on(table.hostId).where(sql`${table.endedAt} is null`),
    index("room_sessions_room").on(table.roomId, table.startedAt.desc()),
    index("room_sessions_ended")
      // Ascending: read backwards it is the list's order, nulls and all.
      .on(table.endedAt, table.id)
      .where(sql`${table.endedAt} is not null`),
  ],
);

/** Who helps the host. */
export const roomModerators = pgTable(
  "room_moderators",
  {
    roomId: text("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.roomId, table.userId] })],
);

/** Who may not write (mute) or not watch and write (ban), until when (null: for good). */
export const roomSanctions = pgTable(
  "room_sanctions",
  {
    roomId: text("room_id")
      .notNull()
      .references(() => rooms.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: ["mute", "ban"] }).notNull(),
    until: moment("until"),
    byId: text("by_id").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.userId, table.kind] }),
    check("room_sanctions_kind", oneOf(table.kind, ["mute", "ban"])),
  ],
);
