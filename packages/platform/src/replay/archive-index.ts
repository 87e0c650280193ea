import { AppError, hashHexSchema, idSchema, isId, roomMomentSchema } from "@barrage/protocol";
import { z } from "zod";

const seqSchema = z.int().nonnegative();

/** A run of events that is compressed, read and checked on its own: one gzip member of a part. */
export const archiveBlockSchema = z.object({
  /** Where its bytes are in the part. */
  offset: z.int().nonnegative(),
  bytes: z.int().positive(),
  events: z.int().positive(),
  /** All of the session's events up to here come before it: the one before it, or where the log ended when that was archived. */
  afterSeq: seqSchema,
  lastSeq: seqSchema,
  /** The time of the log at its first and its last event: the latest `at` so far. */
  fromMs: z.int().nonnegative(),
  toMs: z.int().nonnegative(),
  /** The chain after its last event. */
  chain: hashHexSchema,
  /** The room before its first event. */
  state: roomMomentSchema,
});

/** A run of events that is compressed, read and checked on its own. */
export type ArchiveBlock = z.infer<typeof archiveBlockSchema>;

/** One object of an archive: gzip over NDJSON, at most 8 MB, made of blocks. */
export const archivePartSchema = z.object({
  key: z.string(),
  bytes: z.int().positive(),
  /** Of the object. */
  sha256: hashHexSchema,
  /** The chain before its first event. */
  chainBefore: hashHexSchema,
  blocks: z.array(archiveBlockSchema).min(1),
});

/** One object of an archive. */
export type ArchivePart = z.infer<typeof archivePartSchema>;

/** What a reader must know of a session: where it is in the log, and where in the object store. */
export const archiveIndexSchema = z.object({
  v: z.literal(1),
  room: idSchema,
  session: idSchema,
  epoch: z.string(),
  startedAtMs: z.int().nonnegative(),
  /** Null while the session runs. */
  endedAtMs: z.int().nonnegative().nullable(),
  firstSeq: seqSchema,
  endSeq: seqSchema.nullable(),
  /** Up to here the events are in the parts (unless it is cut); the others are in the log alone. */
  archivedSeq: seqSchema,
  /** Events were (or may have been) lost with the log, or left it, before they were archived. */
  cut: z.boolean(),
  parts: z.array(archivePartSchema),
  /** Messages that were deleted, then or since: nobody is shown them. */
  deleted: z.array(idSchema),
});

/** What a reader must know of a session. */
export type ArchiveIndex = z.infer<typeof archiveIndexSchema>;

/** What all archived objects of a session begin with. @throws AppError `session_not_found` for impossible ids. */
export function archivePrefix(room: string, session: string): string {
  // Trust: ids come from requests; a slash in one would read another room's objects.
  if (!isId(room) || !isId(session)) throw new AppError("session_not_found");
  return `replay/${room}/${session}/`;
}

/** Where a session's index is. @throws AppError `session_not_found` for impossible ids. */
export function archiveIndexKey(room: string, session: string): string {
  return `${archivePrefix(room, session)}index.json`;
}
