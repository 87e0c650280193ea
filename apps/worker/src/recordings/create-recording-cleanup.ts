import {
  type Database,
  delayRecording,
  expireRecordings,
  listRecordingsToClean,
  markOriginalGone,
  markRecordingGone,
  type RecordingRow,
  sweepFailedRecordings,
} from "@barrage/db";
import { type Logger, type Media, recordingKeys } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";
import { retryAfterMs } from "./retry-after.ts";

interface RecordingCleanupDeps {
  readonly database: Database;
  readonly media: Media;
  readonly logger: Logger;
}

const lookEveryMs = 1_000;
const perLook = 50;
const dayMs = 24 * 3_600_000;
/** An upload that nobody has gone on with for so long is forgotten. */
const expiresAfterMs = dayMs;
/** So long does a host see why a recording failed. */
const failedKeptMs = 7 * dayMs;

/**
 * Ends uploads that were forgotten, and removes what nobody plays: objects of failed recordings, of deleted ones and of
 * deleted rooms, originals that were written anew, and uploads that a killed worker left. The row goes when the objects
 * are gone, never before.
 */
export function createRecordingCleanup({ database, media, logger }: RecordingCleanupDeps): Job {
  const { orm } = database;

  async function clean(row: RecordingRow): Promise<void> {
    const { prefix, original } = recordingKeys(row);
    // By what is there, not by what the row knows: an upload whose answer was lost, or whose worker was killed, has no
    // other trace. A ready recording has none that goes on.
    for (const upload of await media.uploads.list(prefix)) await media.uploads.abort(upload);
    if (row.state === "ready" && !row.removing) {
      if (row.playKey !== original) await media.blobs.delete(original);
      return await markOriginalGone(orm, row.id);
    }
    await media.blobs.deleteAll(prefix);
    await markRecordingGone(orm, row.id);
  }

  return {
    name: "recording cleanup",
    async run(signal) {
      await every(lookEveryMs, signal, async () => {
        try {
          await expireRecordings(orm, expiresAfterMs);
          await sweepFailedRecordings(orm, failedKeptMs);
          for (const row of await listRecordingsToClean(orm, perLook)) {
            if (signal.aborted) return;
            try {
              await clean(row);
            } catch (error) {
              logger.warn({ error, recording: row.id }, "a recording can't be removed now: again later");
              await delayRecording(orm, row.id, retryAfterMs(row.attempts));
            }
          }
        } catch (error) {
          if (!signal.aborted) logger.warn({ error }, "can't clean up after recordings now: trying again");
        }
      });
    },
  };
}
