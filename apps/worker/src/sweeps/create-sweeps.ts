import { type Database, sweepExpiredAuthSessions, sweepRelayedEvents } from "@barrage/db";
import type { Logger } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";

interface SweepsDeps {
  readonly database: Database;
  readonly logger: Logger;
}

const sweepEveryMs = 60_000;
const relayedOlderThanMs = 24 * 60 * 60 * 1_000;
const rowsPerStatement = 1_000;

/** Removes what nobody needs any more: log-ins that have ended, and outbox events relayed more than a day ago. */
export function createSweeps({ database, logger }: SweepsDeps): Job {
  async function sweepOutbox(signal: AbortSignal): Promise<void> {
    const sweep = { olderThanMs: relayedOlderThanMs, limit: rowsPerStatement };
    while (!signal.aborted && (await sweepRelayedEvents(database.orm, sweep)) === rowsPerStatement);
  }

  return {
    name: "sweeps",
    async run(signal) {
      await every(sweepEveryMs, signal, async () => {
        try {
          await sweepExpiredAuthSessions(database.orm);
          await sweepOutbox(signal);
        } catch (error) {
          logger.warn({ error }, "can't sweep now: trying again");
        }
      });
    },
  };
}
