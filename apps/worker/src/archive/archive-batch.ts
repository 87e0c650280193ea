import {
  archiveMessages,
  type Database,
  endSessionArchive,
  isRefusedData,
  markMessageDeleted,
  type NewMessageRow,
  type Orm,
  openSessionArchive,
  removeArchiveOf,
  removeSessionArchivesOf,
  touchArchiveOfMessage,
} from "@barrage/db";
import { type ConsumedEntry, chainStart, type Logger } from "@barrage/platform";
import { type ArchiveChange, archiveChangeOf } from "./archive-change.ts";

interface ArchiveDeps {
  readonly database: Database;
  readonly logger: Logger;
}

interface ReadEntry {
  readonly entry: ConsumedEntry;
  readonly change: ArchiveChange;
}

const removedPerStatement = 5_000;

/**
 * Applies entries of the log to the archive, in order and in one transaction; applying them again changes nothing (but has an index written once more).
 * What can't be read, or what Postgres refuses for what it is, is logged and left out: it must not block the rest.
 * @throws when Postgres can't be asked; nothing of the batch is applied then, or (rarely) all of it unnoticed.
 */
export async function archiveBatch(deps: ArchiveDeps, entries: readonly ConsumedEntry[]): Promise<void> {
  const readable = entries.flatMap((entry) => {
    const change = readChange(deps, entry);
    return change === undefined || change.kind === "none" ? [] : [{ entry, change }];
  });
  try {
    await applyAll(deps.database, readable);
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    await applyOneByOne(deps, readable);
  }
}

function readChange({ logger }: ArchiveDeps, entry: ConsumedEntry): ArchiveChange | undefined {
  try {
    return archiveChangeOf(entry);
  } catch (error) {
    logger.error({ error, room: entry.roomId, seq: entry.seq }, "an event can't be read: not archived");
    return undefined;
  }
}

async function applyAll(database: Database, read: readonly ReadEntry[]): Promise<void> {
  if (read.length === 0) return;
  await database.transaction(async (orm) => {
    let rows: NewMessageRow[] = [];
    for (const { change } of read) {
      if (change.kind === "add") {
        rows.push(change.row);
      } else {
        // What comes before it in the log must be in the archive before it.
        await archiveMessages(orm, rows);
        rows = [];
        await applyToMessages(orm, change);
      }
    }
    await archiveMessages(orm, rows);
  });
}

async function applyToMessages(
  orm: Orm,
  change: Exclude<ArchiveChange, { readonly kind: "add" }>,
): Promise<void> {
  if (change.kind === "mark") {
    await markMessageDeleted(orm, change);
    // Whoever marked it: the api has done so already with what was archived when it was deleted.
    await touchArchiveOfMessage(orm, change);
  } else if (change.kind === "start") {
    const { roomId, sessionId, epoch, seq, at } = change;
    const chain = chainStart(sessionId);
    await openSessionArchive(orm, { roomId, sessionId, epoch, firstSeq: seq, startedAt: at, chain });
  } else if (change.kind === "end") {
    const { roomId, sessionId, seq, at } = change;
    await endSessionArchive(orm, { roomId, sessionId, endSeq: seq, endedAt: at });
  } else if (change.kind === "remove") {
    const { roomId, epoch, seq } = change;
    const room = { roomId, before: { epoch, seq }, limit: removedPerStatement };
    await removeSessionArchivesOf(orm, roomId);
    while ((await removeArchiveOf(orm, room)) === removedPerStatement);
  }
}

async function applyOneByOne({ database, logger }: ArchiveDeps, read: readonly ReadEntry[]): Promise<void> {
  for (const one of read) {
    try {
      await applyAll(database, [one]);
    } catch (error) {
      if (!isRefusedData(error)) throw error;
      const { roomId, seq } = one.entry;
      logger.error({ error, room: roomId, seq }, "Postgres refuses an event: not archived");
    }
  }
}
