import { useEffect } from "react";
import { useServices } from "../lib/services.tsx";
import type { LotteryNow } from "./lotteries-now.ts";
import { rememberLotteries } from "./seen-lotteries.ts";

/** Keeps what this browser sees of lotteries before their draw, to hold their records against. */
export function useRememberLotteries(lotteries: readonly LotteryNow[]): void {
  const { settings } = useServices();
  useEffect(() => {
    const seen = settings.seenLotteries.get();
    const next = rememberLotteries(seen, lotteries);
    if (next !== seen) settings.seenLotteries.set(next);
  }, [settings, lotteries]);
}
