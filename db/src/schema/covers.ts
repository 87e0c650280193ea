import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";

/**
 * What became of the newest upload for each room's cover. No foreign key: when the room goes, this row is what tells
 * that there may be objects of it.
 */
export const coverUploads = pgTable(
  "cover_uploads",
  {
    roomId: text("room_id").primaryKey(),
    /** The upload's id. A newer upload takes the row over, and whoever still works on the older one finds it gone. */
    id: text("id").notNull().unique(),
    type: text("type", { enum: ["image/jpeg", "image/png", "image/webp", "image/avif"] }).notNull(),
    bytes: integer("bytes").notNull(),
    /** `pending`: the file is on its way to the object store. `checking`: it is there, and the worker's turn. */
    state: text("state", { enum: ["pending", "checking", "ready", "failed"] }).notNull(),
    /** Why it failed: a `CoverFault` of @barrage/domain. */
    fault: text("fault"),
    /** How often our side could not go on: the object store was down. */
    attempts: integer("attempts").notNull().default(0),
    /** When the worker looks at it next: a pending one has failed by then. Null: never again. */
    dueAt: moment("due_at"),
    createdAt: createdAt(),
  },
  (table) => [
    check("cover_uploads_fault", sql`(${table.state} = 'failed') = (${table.fault} is not null)`),
    index("cover_uploads_due").on(table.dueAt).where(sql`${table.dueAt} is not null`),
  ],
);

/** Objects of the media bucket that nobody needs any more, by the beginning of their keys. */
export const objectRemovals = pgTable(
  "object_removals",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    prefix: text("prefix").notNull(),
    dueAt: moment("due_at").notNull(),
  },
  (table) => [index("object_removals_due").on(table.dueAt)],
);
