import { Gift } from "lucide-react";
import { formatWhole } from "../lib/format.ts";
import type { LotteryView } from "./lottery-view.ts";

/** What one may win, in the order in which it is drawn. */
export function LotteryPrizes({ prizes }: Pick<LotteryView, "prizes">) {
  return (
    <ul aria-label="Prizes" className="flex flex-wrap gap-1.5">
      {prizes.map((prize) => (
        <li
          key={prize.id}
          className="flex min-w-0 items-center gap-2 rounded-full bg-accent-wash py-1 pr-3 pl-2.5 text-sm font-medium text-accent-text"
        >
          <Gift aria-hidden className="size-3.5 shrink-0" />
          <span className="wrap-anywhere">{prize.name}</span>
          {prize.count > 1 && (
            <span className="shrink-0 tabular-nums">
              <span aria-hidden>×</span>
              <span className="sr-only">, </span>
              {formatWhole(prize.count)}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
