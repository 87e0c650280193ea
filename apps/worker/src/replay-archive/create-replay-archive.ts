import {
  type Database,
  deleteSessionArchive,
  listArchiveParts,
  listDueArchives,
  type SessionArchiveRow,
} from "@barrage/db";
import { archivePrefix, type BlobStore, type Logger, type ObjectStore } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";
import { type ArchivedLog, archiveSession } from "./archive-session.ts";
import { writeIndex } from "./write-index.ts";

interface ReplayArchiveDeps {
  readonly database: Database;
  readonly roomLog: ArchivedLog;
  readonly bucket: Pick<ObjectStore, "ensureBucket">;
  readonly blobs: BlobStore;
  readonly logger: Logger;
  /** A running session is archived so often. */
  readonly runningEveryMs: number;
}

const lookEveryMs = 500;
const sessionsPerLook = 50;

/**
 * Archives sessions to the object store when they have ended, and running ones from time to time; keeps their indexes
 * up to date; removes what belonged to deleted rooms. One session that can't be archived never holds up another.
 */
export function createReplayArchive(deps: ReplayArchiveDeps): Job {
  const { database, roomLog, bucket, blobs, logger, runningEveryMs } = deps;
  const countParts = async (sessionId: string) => (await listArchiveParts(database.orm, sessionId)).length;
  let hasBucket = false;

  async function work(row: SessionArchiveRow, signal: AbortSignal): Promise<void> {
    if (row.removing) {
      for (const key of await blobs.list(archivePrefix(row.roomId, row.sessionId))) await blobs.delete(key);
      return await deleteSessionArchive(database.orm, row.sessionId);
    }
    // First, so that a session can be replayed from the log while its events are on their way.
    await writeIndex({ database, blobs }, row.sessionId);
    const isRunning = row.endSeq === null;
    if (isRunning && Date.now() - row.archivedAt.getTime() < runningEveryMs) return;
    await archiveSession({ database, roomLog, blobs, logger, countParts }, row, signal);
    await writeIndex({ database, blobs }, row.sessionId);
  }

  return {
    name: "replay archive",
    async run(signal) {
      await every(lookEveryMs, signal, async () => {
        try {
          if (!hasBucket) await bucket.ensureBucket();
          hasBucket = true;
          const due = { runningAfterMs: runningEveryMs, limit: sessionsPerLook };
          for (const row of await listDueArchives(database.orm, due)) {
            if (signal.aborted) return;
            await work(row, signal).catch((error: unknown) =>
              logger.warn({ error, session: row.sessionId }, "a session can't be archived now"),
            );
          }
        } catch (error) {
          if (!signal.aborted) logger.warn({ error }, "can't archive now: trying again");
        }
      });
    },
  };
}
