import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

/**
 * How far each session's events have come into the object store. No foreign keys: the row is written from the log, in
 * the log's order, and outlives its room until the room's objects are gone.
 */
export const sessionArchives = pgTable(
  "session_archives",
  {
    sessionId: text("session_id").primaryKey(),
    roomId: text("room_id").notNull(),
    epoch: text("epoch").notNull(),
    /** Where `room.started` is in the log, and `room.ended`; null while the session runs. */
    firstSeq: bigint("first_seq", { mode: "number" }).notNull(),
    endSeq: bigint("end_seq", { mode: "number" }),
    startedAt: moment("started_at").notNull(),
    endedAt: moment("ended_at"),
    /**
     * All events up to here are in parts, unless it is cut; moves only together with the part's row. Where the log ended
     * then, so that a log which begins behind it may have lost some.
     */
    archivedSeq: bigint("archived_seq", { mode: "number" }).notNull(),
    /** What the next part goes on from: the hash over all events so far, and the room as they left it. */
    chain: text("chain").notNull(),
    state: jsonb("state").notNull(),
    archivedAt: moment("archived_at").notNull().default(sql`now()`),
    /** Events were (or may have been) lost with the log, or left it, before they were archived: the index says so. */
    cut: boolean("cut").notNull().default(false),
    /** The index object is rewritten while it is older than what it tells of. */
    indexVersion: integer("index_version").notNull().default(1),
    indexWritten: integer("index_written").notNull().default(0),
    /** The room was deleted: the objects go, and then the rows. */
    removing: boolean("removing").notNull().default(false),
  },
  (table) => [
    index("session_archives_room").on(table.roomId),
    index("session_archives_open").on(table.archivedAt).where(sql`${table.endSeq} is null`),
    index("session_archives_due")
      .on(table.sessionId)
      .where(
        sql`${table.removing} or ${table.indexWritten} < ${table.indexVersion} or ${table.archivedSeq} < ${table.endSeq}`,
      ),
  ],
);

/** The objects that hold a session's events. A part exists once its row does; any other object is a leftover. */
export const archiveParts = pgTable(
  "archive_parts",
  {
    sessionId: text("session_id")
      .notNull()
      .references(() => sessionArchives.sessionId, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    /** An `ArchivePart` of @barrage/platform. */
    part: jsonb("part").notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.number] })],
);
