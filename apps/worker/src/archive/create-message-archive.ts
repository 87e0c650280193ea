import { type Database, findOldestUnarchivedSeq } from "@barrage/db";
import type { Logger, RoomLog } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";
import { archiveBatch } from "./archive-batch.ts";

interface MessageArchiveDeps {
  readonly database: Database;
  readonly roomLog: RoomLog;
  readonly logger: Logger;
}

const durable = "archive";
const batchMax = 500;
const ackWaitMs = 30_000;
const trimEveryMs = 10_000;
/** Nothing that was archived need stay in the log once it is this full: else it would refuse what people send. */
const trimming = { durable, whenFull: 0.8, keep: 0.6 };
/** Once it is fuller than this, what people send now is dearer than the replay of what they sent. */
const emergency = { durable, whenFull: 0.95, keep: 0.8 };

/**
 * Archives the room log to Postgres: insert, commit, then acknowledge. After a crash anywhere in between, entries come
 * again in order and change nothing a second time.
 */
export function createMessageArchive({ database, roomLog, logger }: MessageArchiveDeps): Job {
  async function trim(): Promise<void> {
    try {
      const keepFromSeq = await findOldestUnarchivedSeq(database.orm, roomLog.epoch());
      const dropped = await roomLog.trim({ ...trimming, keepFromSeq });
      if (dropped > 0)
        logger.warn({ dropped }, "the room log was nearly full: archived events were dropped from it");
      const given = await roomLog.trim(emergency);
      if (given > 0)
        logger.error({ dropped: given }, "the room log was full: events were dropped that replays may lack");
    } catch (error) {
      logger.warn({ error }, "the room log can't be trimmed now");
    }
  }

  return {
    name: "message archive",
    async run(signal) {
      const consuming = roomLog.consume({
        durable,
        batchMax,
        ackWaitMs,
        signal,
        onBatch: (entries) => archiveBatch({ database, logger }, entries),
      });
      await Promise.all([consuming, every(trimEveryMs, signal, trim)]);
    },
  };
}
