import { runAsLeader } from "@barrage/db";
import type { Logger, Service } from "@barrage/platform";
import type { Job } from "./job.ts";

interface LeaderServiceDeps {
  readonly databaseUrl: string;
  readonly jobs: readonly Job[];
  readonly logger: Logger;
}

/** Any constant will do; it only has to be the same in every worker. */
const workerLock = 7_301_846_513;

/** All jobs as one service. */
interface LeaderService extends Service {
  /** Whether this process is the one that does the work. */
  isLeading(): boolean;
}

/** Runs all jobs in one of however many workers there are; the others stand by. */
export function createLeaderService({ databaseUrl, jobs, logger }: LeaderServiceDeps): LeaderService {
  const ending = new AbortController();
  let running = Promise.resolve();
  let leading = false;

  async function lead(signal: AbortSignal): Promise<void> {
    logger.info("leading");
    leading = true;
    const failing = new AbortController();
    const either = AbortSignal.any([signal, failing.signal]);
    const outcomes = await Promise.allSettled(jobs.map((job) => runJob(job, either, failing)));
    leading = false;
    logger.info("not leading any more");
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  }

  async function runJob(job: Job, signal: AbortSignal, failing: AbortController): Promise<void> {
    try {
      await job.run(signal);
    } catch (error) {
      logger.error({ error, job: job.name }, "job failed");
      // The others end too, so that they begin anew together.
      failing.abort();
      throw error;
    }
  }

  return {
    name: "leader",
    isLeading: () => leading,
    start() {
      running = runAsLeader(
        {
          url: databaseUrl,
          applicationName: "barrage-worker-leader",
          lock: workerLock,
          signal: ending.signal,
          onError: (error) => logger.warn({ error }, "can't lead now: trying again"),
        },
        lead,
      );
    },
    async stop() {
      ending.abort();
      await running;
    },
  };
}
