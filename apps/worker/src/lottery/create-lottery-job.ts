import { type Logger, sleepUnlessAborted } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";
import type { EntryCounter } from "./create-entry-counter.ts";
import type { LotterySweep } from "./create-lottery-sweep.ts";
import type { PhraseEntries } from "./phrase-entries.ts";

interface LotteryJobDeps {
  readonly sweep: LotterySweep;
  readonly phrases: PhraseEntries;
  readonly counter: EntryCounter;
  readonly logger: Logger;
}

/** How late a step may be; Postgres is asked one indexed question this often. */
const sweepMs = 250;
const searchMs = 500;
const countMs = 1_000;
/** Counting takes at most this share of the time, however many are in. */
const countingShare = 1 / 20;

/** The lotteries' part of a worker: closes, draws, phrases and counts. Timers here are hints; Postgres' clock decides. */
export function createLotteryJob({ sweep, phrases, counter, logger }: LotteryJobDeps): Job {
  async function safely(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      logger.warn({ error }, `${what} now: trying again`);
    }
  }

  async function count(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = performance.now();
      await safely("entries can't be counted", () => counter.tell());
      const tookMs = performance.now() - startedAt;
      await sleepUnlessAborted(Math.max(countMs, tookMs / countingShare), signal);
    }
  }

  return {
    name: "lotteries",
    async run(signal) {
      await Promise.all([
        every(sweepMs, signal, () => safely("lotteries can't be looked at", () => sweep.sweep(signal))),
        // Apart: a beacon that hangs holds up those alone that wait for it.
        every(sweepMs, signal, () =>
          safely("lotteries can't be drawn by the beacon", () => sweep.drawByBeacon(signal)),
        ),
        every(searchMs, signal, () => safely("phrases can't be searched for", () => phrases.search())),
        count(signal),
      ]);
    },
  };
}
