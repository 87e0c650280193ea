import {
  type Database,
  findSessionArchive,
  listArchiveParts,
  listDeletedMessages,
  markIndexWritten,
  type Orm,
  type SessionArchiveRow,
} from "@barrage/db";
import {
  type ArchiveIndex,
  archiveIndexKey,
  archiveIndexSchema,
  archivePrefix,
  type BlobStore,
} from "@barrage/platform";

const encoder = new TextEncoder();

/** What the index of a session should say, by what is committed. */
export async function buildIndex(orm: Orm, row: SessionArchiveRow): Promise<ArchiveIndex> {
  return archiveIndexSchema.parse({
    v: 1,
    room: row.roomId,
    session: row.sessionId,
    epoch: row.epoch,
    startedAtMs: row.startedAt.getTime(),
    endedAtMs: row.endedAt?.getTime() ?? null,
    firstSeq: row.firstSeq,
    endSeq: row.endSeq,
    archivedSeq: row.archivedSeq,
    cut: row.cut,
    parts: await listArchiveParts(orm, row.sessionId),
    deleted: await listDeletedMessages(orm, row.sessionId),
  });
}

interface IndexDeps {
  readonly database: Database;
  readonly blobs: BlobStore;
}

const triesMax = 5;

/** Writes the index object of a session whose archive has changed; of a complete one also removes leftovers. */
export async function writeIndex(deps: IndexDeps, sessionId: string): Promise<void> {
  // Again when something changed meanwhile: of two workers that write at once, the last one must tell the newest.
  for (let tries = 0; tries < triesMax && (await writeOnce(deps, sessionId)); tries++);
}

/** @returns true when there was something to write */
async function writeOnce({ database, blobs }: IndexDeps, sessionId: string): Promise<boolean> {
  const read = await database.transaction(async (orm) => {
    const row = await findSessionArchive(orm, sessionId);
    return row === undefined ? undefined : { row, index: await buildIndex(orm, row) };
  });
  if (read === undefined || read.row.removing || read.row.indexWritten >= read.row.indexVersion) return false;
  const { row, index } = read;
  const key = archiveIndexKey(row.roomId, sessionId);
  await blobs.put(key, encoder.encode(JSON.stringify(index)), "application/json");
  if (row.endSeq !== null && row.archivedSeq >= row.endSeq) {
    // Nothing can be committed any more, so what no row names belongs to a try that failed.
    const named = new Set([key, ...index.parts.map((part) => part.key)]);
    for (const other of await blobs.list(archivePrefix(row.roomId, sessionId))) {
      if (!named.has(other)) await blobs.delete(other);
    }
  }
  await markIndexWritten(database.orm, sessionId, row.indexVersion);
  return true;
}
