import type { LotteryNow } from "./lotteries-now.ts";
import { isRunning } from "./lottery-view.ts";

const shownAfterMs = 10 * 60_000;
const dockedMax = 6;

/** The lotteries that a room shows: all that are not over, and those that were a short while ago. */
export function dockedLotteries(lotteries: readonly LotteryNow[], nowMs: number): readonly LotteryNow[] {
  return lotteries
    .filter((one) => isRunning(one) || (one.overAtMs !== null && nowMs - one.overAtMs < shownAfterMs))
    .slice(0, dockedMax);
}
