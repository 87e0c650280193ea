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
import { positionOf, storedStateOf } from "./session-position.ts";

export interface ArchiveDeps {
  readonly database: Database;
  readonly roomLog: Pick<RoomLog, "epoch" | "readAfter">;
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
    const isComplete = await fillPart(deps, row, { writer, from: at });
    const next = await commit(deps, row, { writer, number, from: at, isComplete });
    if (next === undefined || isComplete) return;
    at = next;
    number += 1;
  }
}

/** @returns true when there is nothing more to archive now */
async function fillPart(
  { roomLog }: ArchiveDeps,
  { roomId, endSeq }: SessionArchiveRow,
  { writer, from }: { readonly writer: PartWriter; readonly from: ArchivePosition },
): Promise<boolean> {
  const untilSeq = endSeq ?? Number.POSITIVE_INFINITY;
  for (let afterSeq = from.archivedSeq; ; ) {
    const page = await roomLog.readAfter(roomId, { afterSeq, limit: pageEntries });
    for (const entry of page.entries) {
      if (entry.seq > untilSeq) return true;
      if (!writer.add(entry)) return false;
      afterSeq = entry.seq;
    }
    if (page.complete || afterSeq >= untilSeq) return true;
  }
}

interface FilledPart {
  readonly writer: PartWriter;
  readonly number: number;
  readonly from: ArchivePosition;
  readonly isComplete: boolean;
}

/** @returns where the archive stands now; undefined when another worker was faster */
async function commit(
  { database, blobs, logger }: ArchiveDeps,
  row: SessionArchiveRow,
  { writer, number, from, isComplete }: FilledPart,
): Promise<ArchivePosition | undefined> {
  const written = writer.finish();
  const reached = written?.after ?? from;
  // At its end also when the last events have left the log: nothing more can come.
  const after = isComplete && row.endSeq !== null ? { ...reached, archivedSeq: row.endSeq } : reached;
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
    }),
  );
  if (!isMine) logger.warn({ session: row.sessionId }, "another worker archives this session");
  return isMine ? after : undefined;
}
