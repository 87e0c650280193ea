import { countLotteryStates, type Database, readOutboxLag } from "@barrage/db";
import { listConsumerLags, type NatsLink, type WorkReport } from "@barrage/platform";

interface WorkDeps {
  readonly database: Database;
  readonly link: NatsLink;
  readonly isLeading: () => boolean;
}

/** What this worker sees of the background work. What can't be asked now is told as not known. */
export async function reportWork({ database, link, isLeading }: WorkDeps): Promise<WorkReport> {
  const [consumers, outbox, lotteries] = await Promise.all([
    known(listConsumerLags({ link, now: Date.now })),
    known(readOutboxLag(database.orm)),
    known(countLotteryStates(database.orm)),
  ]);
  return {
    worker: {
      isLeading: isLeading(),
      consumers:
        consumers?.map(({ durable, messages, seconds = null }) => ({ name: durable, messages, seconds })) ??
        null,
      outbox,
      lotteries:
        lotteries && Object.fromEntries(lotteries.map(({ state, count }) => [state, count] as const)),
    },
  };
}

async function known<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch {
    return null;
  }
}
