import { count, gt, isNull, notInArray, or, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { lotteries, outbox } from "../schema/index.ts";

/** How far the relay of the outbox is behind. */
export interface OutboxLag {
  readonly events: number;
  /** The age of the oldest that waits; 0 when none does. */
  readonly seconds: number;
}

/** Counts the events that wait to be relayed. */
export async function readOutboxLag(orm: Orm): Promise<OutboxLag> {
  const [row] = await orm
    .select({
      events: count(),
      seconds: sql<number>`coalesce(extract(epoch from now() - min(${outbox.createdAt})), 0)::float8`,
    })
    .from(outbox)
    .where(isNull(outbox.relayedAt));
  return row ?? { events: 0, seconds: 0 };
}

/**
 * How many lotteries are in each state; of those that have come to their end, the ones of the last day alone. A state
 * that none is in is left out.
 */
export async function countLotteryStates(
  orm: Orm,
): Promise<readonly { readonly state: string; readonly count: number }[]> {
  const isNew = gt(lotteries.createdAt, sql`now() - interval '1 day'`);
  return await orm
    .select({ state: lotteries.state, count: count() })
    .from(lotteries)
    .where(or(notInArray(lotteries.state, ["published", "cancelled"]), isNew))
    .groupBy(lotteries.state);
}
