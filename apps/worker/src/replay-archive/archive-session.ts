import { commitArchiveStep, cutSessionArchive, type Database, type SessionArchiveRow } from "@barrage/db";
import {
  type ArchivePosition,
  archivePrefix,
  type BlobStore,
  createPartWriter,
  type Logger,
  type PartWriter,
  type RoomLog,
} from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { positionOf, storedStateOf } from "./session-position.ts";

/** What archiving needs of the log. */
export type ArchivedLog = Pick<RoomLog, "epoch" | "readAfter" | "bounds" | "lastSeq">;

export interface ArchiveDeps {
  readonly database: Database;
  readonly roomLog: ArchivedLog;
  readonly blobs: BlobStore;
  readonly logger: Logger;
  /** So many parts a session has already. */
  readonly countParts: (sessionId: string) => Promise<number>;
}

const pageEntries = 5_000;

/**
 * Brings a session's events into the object store, up to its end or to where the log ends now: part by part, each
 * first stored and then committed together with how far the archive has come. A crash in between leaves an object that
 * no row names; it counts for nothing and is removed at the end. Two workers at once: the row decides who was first.
 * What has left the log unread leaves the archive cut, whatever comes after it.
 * @throws when the log, the store or Postgres can't be reached; what was committed stays.
 */
export async function archiveSession(
  deps: ArchiveDeps,
  row: SessionArchiveRow,
  signal: AbortSignal,
): Promise<void> {
  if (row.endSeq !== null && row.archivedSeq >= row.endSeq) return;
  if (deps.roomLog.epoch() !== row.epoch) {
    deps.logger.error({ session: row.sessionId }, "the log was lost before a session was archived");
    return await cutSessionArchive(deps.database.orm, row.sessionId);
  }
  let at = positionOf(row);
  let number = await deps.countParts(row.sessionId);
  while (!signal.aborted) {
    const writer = createPartWriter(at);
    const reading = await fillPart(deps, row, { writer, from: at });
    const next = await commit(deps, row, { writer, number, from: at, ...reading });
    if (next === undefined || reading.doneSeq !== undefined) return;
    at = next;
    number += 1;
  }
}

interface Reading {
  /** Nothing up to here is left to archive; undefined: the part is full, and there may be more. */
  readonly doneSeq: number | undefined;
  /** Events may have left the log before they were read. */
  readonly isCut: boolean;
}

async function fillPart(
  { roomLog }: ArchiveDeps,
  row: SessionArchiveRow,
  { writer, from }: { readonly writer: PartWriter; readonly from: ArchivePosition },
): Promise<Reading> {
  const untilSeq = row.endSeq ?? Number.POSITIVE_INFINITY;
  let isCut = false;
  for (let afterSeq = from.archivedSeq; ; ) {
    const page = await roomLog.readAfter(row.roomId, { afterSeq, limit: pageEntries });
    // Asked afterwards: what was trimmed while we read counts as lost. The log does not say whether it was of this room.
    const bounds = await roomLog.bounds();
    if (bounds.epoch !== row.epoch) throw new AppError("log_unavailable");
    isCut ||= bounds.firstSeq > afterSeq + 1;
    for (const entry of page.entries) {
      if (entry.seq > untilSeq) return { doneSeq: untilSeq, isCut };
      if (!writer.add(entry)) return { doneSeq: undefined, isCut };
      afterSeq = entry.seq;
    }
    if (afterSeq >= untilSeq) return { doneSeq: untilSeq, isCut };
    if (!page.complete) continue;
    // The room's newest event, by the stream's leader: the reader may be on a replica that lags behind.
    const newestSeq = await roomLog.lastSeq(row.roomId);
    if (row.endSeq === null) return { doneSeq: newestSeq > afterSeq ? afterSeq : bounds.lastSeq, isCut };
    if (newestSeq >= row.endSeq) throw new AppError("log_unavailable");
    // The end itself is gone: nothing more can come.
    return { doneSeq: row.endSeq, isCut: true };
  }
}

interface FilledPart extends Reading {
  readonly writer: PartWriter;
  readonly number: number;
  readonly from: ArchivePosition;
}

/** @returns where the archive stands now; undefined when another worker was faster */
async function commit(
  { database, blobs, logger }: ArchiveDeps,
  row: SessionArchiveRow,
  { writer, number, from, doneSeq, isCut }: FilledPart,
): Promise<ArchivePosition | undefined> {
  const written = writer.finish();
  const reached = written?.after ?? from;
  // Beyond its last event, to where the log was seen to end: else what other rooms' trimmed events would look like loss.
  const after = { ...reached, archivedSeq: doneSeq ?? reached.archivedSeq };
  let part: { number: number; part: unknown } | undefined;
  if (written !== undefined) {
    // The name tells the content: a worker that was slow can't write over what a faster one has committed.
    const name = `${String(number).padStart(5, "0")}-${written.part.sha256.slice(0, 16)}.ndjson.gz`;
    const key = archivePrefix(row.roomId, row.sessionId) + name;
    await blobs.put(key, written.object, "application/gzip");
    part = { number, part: { key, ...written.part } };
  }
  const isMine = await database.transaction((orm) =>
    commitArchiveStep(orm, {
      sessionId: row.sessionId,
      fromSeq: from.archivedSeq,
      archivedSeq: after.archivedSeq,
      chain: after.chain,
      state: storedStateOf(after),
      part,
      isCut,
    }),
  );
  if (isMine && isCut)
    logger.error({ session: row.sessionId }, "events left the log before they were archived");
  if (!isMine) logger.warn({ session: row.sessionId }, "another worker archives this session");
  return isMine ? after : undefined;
}
