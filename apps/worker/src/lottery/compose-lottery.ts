import type { Database } from "@barrage/db";
import { createBeaconClient, createNativeHashing, type Logger, newId, type RoomLog } from "@barrage/platform";
import type { Job } from "../leader/job.ts";
import { createEntryCounter } from "./create-entry-counter.ts";
import { createLotteryJob } from "./create-lottery-job.ts";
import { createLotterySweep } from "./create-lottery-sweep.ts";
import { createPhraseEntries } from "./phrase-entries.ts";

interface LotteryParts {
  readonly database: Database;
  readonly roomLog: RoomLog;
  readonly logger: Logger;
  /** The beacon's address; undefined: none. */
  readonly beaconUrl: string | undefined;
}

/** Wires up the lotteries' job. */
export function composeLottery({ database, roomLog, logger, beaconUrl }: LotteryParts): Job {
  const phrases = createPhraseEntries({ database, roomLog, newId });
  const sweep = createLotterySweep({
    database,
    hashing: createNativeHashing(),
    newId,
    beacon: beaconUrl === undefined ? null : createBeaconClient({ url: beaconUrl }),
    phrases,
    logger,
    now: Date.now,
  });
  const counter = createEntryCounter({ database, roomLog, newId, now: Date.now });
  return createLotteryJob({ sweep, phrases, counter, logger });
}
