import { type Database, listRoomIds } from "@barrage/db";
import type { Logger, RoomLog } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";
import type { RoomStateWriter } from "./create-room-state-writer.ts";

interface RoomStateRestorerDeps {
  readonly database: Database;
  readonly roomLog: RoomLog;
  readonly roomStates: RoomStateWriter;
  readonly logger: Logger;
}

const pageRooms = 200;
const checkMs = 1_000;

/**
 * Makes all copies of room states good again whenever NATS may have lost them: once for each lead, and for each new
 * epoch of the log. In between, the outbox relay keeps them good.
 */
export function createRoomStateRestorer(deps: RoomStateRestorerDeps): Job {
  const { database, roomLog, roomStates, logger } = deps;

  async function restore(signal: AbortSignal): Promise<number> {
    let count = 0;
    let after = "";
    while (!signal.aborted) {
      const ids = await listRoomIds(database.orm, { after, limit: pageRooms });
      const last = ids.at(-1);
      if (last === undefined) break;
      await roomStates.sync(ids);
      count += ids.length;
      after = last;
    }
    return count;
  }

  return {
    name: "room state restorer",
    async run(signal) {
      let restoredEpoch: string | undefined;
      await every(checkMs, signal, async () => {
        const epoch = roomLog.epoch();
        if (epoch === restoredEpoch) return;
        try {
          const count = await restore(signal);
          restoredEpoch = epoch;
          logger.info({ count, epoch }, "room states are as in Postgres");
        } catch (error) {
          logger.warn({ error }, "room states can't be restored now: trying again");
        }
      });
    },
  };
}
