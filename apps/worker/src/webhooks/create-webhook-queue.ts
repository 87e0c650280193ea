import { type Database, queueDeliveries } from "@barrage/db";
import type { ConsumedEntry, Logger, RoomLog } from "@barrage/platform";
import type { Job } from "../leader/job.ts";
import { webhookCauseOf } from "./webhook-cause.ts";

interface WebhookQueueDeps {
  readonly database: Database;
  readonly roomLog: RoomLog;
  readonly logger: Logger;
}

const consuming = { durable: "webhooks", batchMax: 500, ackWaitMs: 30_000 } as const;

/** Turns events of the room log into deliveries, each once: queued first, acknowledged then. */
export function createWebhookQueue({ database, roomLog, logger }: WebhookQueueDeps): Job {
  function causeOf(entry: ConsumedEntry) {
    try {
      return webhookCauseOf(entry);
    } catch (error) {
      logger.error(
        { error, room: entry.roomId, seq: entry.seq },
        "an event can't be read: no webhook is told",
      );
      return undefined;
    }
  }

  return {
    name: "webhook queue",
    run: (signal) =>
      roomLog.consume({
        ...consuming,
        signal,
        async onBatch(entries) {
          for (const entry of entries) {
            const cause = causeOf(entry);
            if (cause !== undefined) await queueDeliveries(database.orm, cause);
          }
        },
      }),
  };
}
