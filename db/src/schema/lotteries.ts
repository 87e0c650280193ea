import type { LotteryConditions } from "@barrage/protocol";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });

/** What is kept of a public beacon: its chain from the beginning, the round's number from the seal, the rest at the draw. */
export interface LotteryBeacon {
  readonly chain: {
    readonly publicKey: string;
    readonly genesisSeconds: number;
    readonly periodSeconds: number;
  };
  readonly round: number | null;
  readonly signature: string | null;
  readonly randomness: string | null;
}

/**
 * Lotteries. `open` → `closed` (the pool is frozen; sealed once it has a root) → `drawn` → `published` (the result is in
 * the room's log), with `delayed` between `closed` and `drawn` while a beacon is late. Every step is one conditional
 * update, so that any number of workers may try it. No foreign key to rooms: a deleted room must not take what was
 * promised in it along.
 */
export const lotteries = pgTable(
  "lotteries",
  {
    id: text("id").primaryKey(),
    roomId: text("room_id").notNull(),
    /** The session that was running. */
    sessionId: text("session_id").notNull(),
    title: text("title").notNull(),
    conditions: jsonb("conditions").$type<LotteryConditions>().notNull(),
    state: text("state", {
      enum: ["open", "closed", "delayed", "drawn", "published", "cancelled"],
    }).notNull(),
    /** Raised by every change of the rules, so that an entry judged by older rules is not taken. */
    rulesVersion: integer("rules_version").notNull().default(1),
    commit: text("commit").notNull(),
    /** Null: the draw is made from the seed alone. */
    beacon: jsonb("beacon").$type<LotteryBeacon>(),
    createdAt: createdAt(),
    opensAt: moment("opens_at").notNull(),
    /** Null: closed by hand. */
    closesAt: moment("closes_at"),
    closedAt: moment("closed_at"),
    sealedAt: moment("sealed_at"),
    drawnAt: moment("drawn_at"),
    root: text("root"),
    entryCount: integer("entry_count"),
    /** Told with the result; before it, it is in lottery_seeds alone. */
    seed: text("seed"),
    drawKey: text("draw_key"),
    cancelReason: text("cancel_reason"),
    openingTold: boolean("opening_told").notNull().default(false),
    /** The last of 60, 30 and 10 seconds that was told of; 0: none. */
    closingTold: smallint("closing_told").notNull().default(0),
    /** Up to where the room's log was searched for the phrase; null: there is no phrase. */
    phraseEpoch: text("phrase_epoch"),
    phraseSeq: bigint("phrase_seq", { mode: "number" }),
    /** The outbox message that tells of the result. */
    resultMessageId: text("result_message_id"),
  },
  (table) => [
    check(
      "lotteries_state",
      sql`${table.state} in ('open', 'closed', 'delayed', 'drawn', 'published', 'cancelled')`,
    ),
    check("lotteries_sealed", sql`(${table.root} is null) = (${table.sealedAt} is null)`),
    check("lotteries_drawn", sql`(${table.state} in ('drawn', 'published')) = (${table.seed} is not null)`),
    index("lotteries_room").on(table.roomId, table.id.desc()),
    index("lotteries_pending")
      .on(table.state)
      .where(sql`${table.state} in ('open', 'closed', 'delayed', 'drawn')`),
  ],
);

/**
 * The secret half of each commitment, in a table of its own: whoever may look at lotteries need not be allowed to look
 * here, and no query of the api does. 32 bytes from the operating system.
 */
export const lotterySeeds = pgTable("lottery_seeds", {
  lotteryId: text("lottery_id")
    .primaryKey()
    .references(() => lotteries.id),
  seed: bytes("seed").notNull(),
});

/** What can be won. */
export const lotteryPrizes = pgTable(
  "lottery_prizes",
  {
    id: text("id").primaryKey(),
    lotteryId: text("lottery_id")
      .notNull()
      .references(() => lotteries.id),
    position: smallint("position").notNull(),
    name: text("name").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [uniqueIndex("lottery_prizes_order").on(table.lotteryId, table.position)],
);

/**
 * Who is in: one row per user, whatever they do. No foreign keys: a crowd enters through here, and the statement that
 * inserts has just read both ends.
 */
export const lotteryEntries = pgTable(
  "lottery_entries",
  {
    lotteryId: text("lottery_id").notNull(),
    userId: text("user_id").notNull(),
    /** What is drawn: random, so that it tells nothing of its user. */
    id: text("id").notNull(),
    /** What was known of the user when they entered. */
    evidence: jsonb("evidence").notNull(),
    enteredAt: moment("entered_at").notNull().default(sql`clock_timestamp()`),
    withdrawnAt: moment("withdrawn_at"),
  },
  (table) => [
    primaryKey({ columns: [table.lotteryId, table.userId] }),
    index("lottery_entries_user").on(table.userId, table.lotteryId.desc()),
  ],
);

/** Who won. Written once, with the result. */
export const lotteryWinners = pgTable(
  "lottery_winners",
  {
    lotteryId: text("lottery_id")
      .notNull()
      .references(() => lotteries.id),
    prizeId: text("prize_id").notNull(),
    rank: integer("rank").notNull(),
    roomId: text("room_id").notNull(),
    entryId: text("entry_id").notNull(),
    userId: text("user_id").notNull(),
    wonAt: moment("won_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.lotteryId, table.prizeId, table.rank] }),
    unique("lottery_winners_once").on(table.lotteryId, table.userId),
    index("lottery_winners_user").on(table.userId, table.roomId, table.wonAt),
  ],
);

/** Who did what when. A trigger refuses every change of a row that is there. */
export const lotteryAudit = pgTable(
  "lottery_audit",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    lotteryId: text("lottery_id").notNull(),
    at: moment("at").notNull().default(sql`clock_timestamp()`),
    /** A UserRef with a role; null: the server itself, because it was time. */
    by: jsonb("by"),
    action: text("action", {
      enum: ["created", "updated", "closed", "sealed", "delayed", "drawn", "cancelled"],
    }).notNull(),
    detail: jsonb("detail").notNull(),
  },
  (table) => [index("lottery_audit_lottery").on(table.lotteryId, table.id)],
);

/** How long somebody watched a session, as heard from their heartbeats; see the query that credits it. */
export const watchTimes = pgTable(
  "watch_times",
  {
    sessionId: text("session_id").notNull(),
    userId: text("user_id").notNull(),
    watchedMs: integer("watched_ms").notNull().default(0),
    heardAt: moment("heard_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.userId] })],
);
