import { type Database, delayRecording, listUncheckedRecordings } from "@barrage/db";
import type { Logger, Media } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";
import { checkRecording } from "./check-recording.ts";
import { retryAfterMs } from "./retry-after.ts";

interface RecordingChecksDeps {
  readonly database: Database;
  readonly media: Media;
  readonly newId: () => string;
  readonly logger: Logger;
}

const lookEveryMs = 500;
const perLook = 20;

/**
 * Checks uploaded recordings and makes them ready, one after the other: a long one is read and written through once. What
 * can't be done now, for the store is down, is done later; the recording says that it is delayed.
 */
export function createRecordingChecks({ database, media, newId, logger }: RecordingChecksDeps): Job {
  return {
    name: "recording checks",
    async run(signal) {
      await every(lookEveryMs, signal, async () => {
        try {
          for (const row of await listUncheckedRecordings(database.orm, perLook)) {
            if (signal.aborted) return;
            try {
              await checkRecording({ database, media, newId, signal }, row);
            } catch (error) {
              if (signal.aborted) return;
              logger.warn({ error, recording: row.id }, "a recording can't be checked now: again later");
              await delayRecording(database.orm, row.id, retryAfterMs(row.attempts));
            }
          }
        } catch (error) {
          if (!signal.aborted) logger.warn({ error }, "can't check recordings now: trying again");
        }
      });
    },
  };
}
