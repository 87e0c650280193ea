import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";

/**
 * Recordings of sessions, from the first part on. No foreign keys: a row outlives its room until its objects are gone.
 */
export const recordings = pgTable(
  "recordings",
  {
    id: text("id").primaryKey(),
    roomId: text("room_id").notNull(),
    sessionId: text("session_id").notNull(),
    hostId: text("host_id").notNull(),
    state: text("state", { enum: ["uploading", "checking", "ready", "failed"] }).notNull(),
    /** A `RecordingFault` of @barrage/domain; set exactly for failed ones. */
    fault: text("fault"),
    contentType: text("content_type").notNull(),
    /** The store's name for the upload in parts; null until it has begun, and once a ready one's original is done with. */
    uploadId: text("upload_id"),
    partBytes: integer("part_bytes").notNull(),
    /** A file's length as it was declared; what is being recorded has none. */
    declaredBytes: bigint("declared_bytes", { mode: "number" }),
    /** What it was completed with. */
    parts: integer("parts"),
    bytes: bigint("bytes", { mode: "number" }),
    /** The object that is played, once it is ready. */
    playKey: text("play_key"),
    /** Session time = recording time + offset. */
    offsetMs: integer("offset_ms").notNull(),
    durationMs: integer("duration_ms"),
    /** There may be something of it in the store. */
    stored: boolean("stored").notNull().default(true),
    /** The recording or its room was deleted: the objects go, and then the row. */
    removing: boolean("removing").notNull().default(false),
    /** How often the worker has failed at it in its present state, and when it tries again. */
    attempts: integer("attempts").notNull().default(0),
    nextAttemptAt: moment("next_attempt_at").notNull().default(sql`now()`),
    createdAt: createdAt(),
    /** The last sign of life of the upload, or the last change of state. */
    changedAt: moment("changed_at").notNull().default(sql`now()`),
  },
  (table) => [
    check("recordings_state", sql`${table.state} in ('uploading', 'checking', 'ready', 'failed')`),
    check("recordings_fault", sql`(${table.state} = 'failed') = (${table.fault} is not null)`),
    index("recordings_session").on(table.sessionId, table.createdAt),
    index("recordings_room").on(table.roomId),
    index("recordings_uploading").on(table.hostId).where(sql`${table.state} = 'uploading'`),
    // Ready ones, by far the most, are never due once their original is gone.
    index("recordings_due")
      .on(table.nextAttemptAt)
      .where(sql`${table.state} <> 'ready' or ${table.removing} or ${table.uploadId} is not null`),
  ],
);
