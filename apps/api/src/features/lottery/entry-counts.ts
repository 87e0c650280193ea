import { countEntries, type Database } from "@barrage/db";

/** How many are in a lottery. */
export interface EntryCounts {
  /** A count that is a moment old, a second at most: the older, the longer counting takes. */
  get(lotteryId: string): Promise<number>;
}

/** Counting may keep one connection busy for this share of the time, however many ask. */
const busyShare = 1 / 20;
const freshMaxMs = 1_000;
const lotteriesMax = 1_000;

interface Counted {
  readonly count: Promise<number>;
  freshUntilMs: number;
}

/** Makes the counts. They hold nothing that has to be closed. */
export function createEntryCounts(deps: {
  readonly database: Database;
  readonly now: () => number;
}): EntryCounts {
  const { database, now } = deps;
  const known = new Map<string, Counted>();

  function count(lotteryId: string): Promise<number> {
    const startedAtMs = now();
    // Fresh while it is being counted: all who ask meanwhile share the one statement.
    const counted: Counted = { count: countEntries(database.orm, lotteryId), freshUntilMs: Infinity };
    known.delete(lotteryId);
    const [oldest] = known.keys();
    if (known.size >= lotteriesMax && oldest !== undefined) known.delete(oldest);
    known.set(lotteryId, counted);
    counted.count.then(
      () => (counted.freshUntilMs = now() + Math.min(freshMaxMs, (now() - startedAtMs) / busyShare)),
      () => known.delete(lotteryId),
    );
    return counted.count;
  }

  return {
    get(lotteryId) {
      const counted = known.get(lotteryId);
      return counted !== undefined && now() < counted.freshUntilMs ? counted.count : count(lotteryId);
    },
  };
}
