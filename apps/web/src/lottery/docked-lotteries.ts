import type { LotteryNow } from "./lotteries-now.ts";

const shownAfterMs = 10 * 60_000;
const dockedMax = 6;

/** The lotteries that a room shows: all that are not over, and those that were a short while ago. */
export function dockedLotteries(lotteries: readonly LotteryNow[], nowMs: number): readonly LotteryNow[] {
  return lotteries
    .filter(({ state, overAtMs }) => {
      const over = state === "drawn" || state === "cancelled";
      return !over || (overAtMs !== null && nowMs - overAtMs < shownAfterMs);
    })
    .slice(0, dockedMax);
}
