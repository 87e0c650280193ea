import { ChevronDown, Gift } from "lucide-react";
import { cn } from "../ui/cn.ts";
import { EnterButton } from "./entry-action.tsx";
import type { LotteryNow } from "./lotteries-now.ts";
import { LotteryClock } from "./lottery-clock.tsx";
import { entriesInWords, prizesInWords } from "./lottery-words.ts";

interface LotteryStripProps {
  readonly lottery: LotteryNow;
  /** Whether the card is shown below the strip; null: pressing opens it elsewhere. */
  readonly expanded: boolean | null;
  /** Whether this viewer could enter with one press. */
  readonly canEnter: boolean;
  readonly onPress: () => void;
}

/** A lottery in one line: always in sight, and the way to its card. */
export function LotteryStrip({ lottery, expanded, canEnter, onPress }: LotteryStripProps) {
  const { state, closesAtMs } = lottery;
  return (
    <div className="flex items-center gap-2 py-2 pr-3 pl-2">
      <button
        type="button"
        onClick={onPress}
        {...(expanded === null ? { "aria-haspopup": "dialog" } : { "aria-expanded": expanded })}
        className="flex min-w-0 grow items-center gap-2.5 rounded-xl px-2 py-1 text-left transition hover:bg-raised"
      >
        <span
          aria-hidden
          className={cn(
            "grid size-9 shrink-0 place-items-center rounded-xl",
            state === "open" || lottery.outcome === "won"
              ? "bg-accent text-accent-ink"
              : "bg-raised text-soft",
          )}
        >
          <Gift className="size-4.5" />
        </span>
        <span className="min-w-0 grow">
          <span className="block truncate text-sm font-semibold">
            <span className="sr-only">Lottery: </span>
            {lottery.title}
          </span>
          <span className="block truncate text-xs text-soft">
            {expanded === true ? "Lottery" : stripText(lottery)}
          </span>
        </span>
        {state === "open" && closesAtMs !== null && expanded !== true && (
          <LotteryClock untilMs={closesAtMs} className="shrink-0 text-sm font-semibold" />
        )}
        {expanded !== null && (
          <ChevronDown
            aria-hidden
            className={cn("size-4 shrink-0 text-faint transition-transform", expanded && "rotate-180")}
          />
        )}
      </button>
      {canEnter && expanded !== true && <EnterButton lottery={lottery} />}
    </div>
  );
}

function stripText(lottery: LotteryNow): string {
  const { state, outcome, me, entries, prizes } = lottery;
  switch (state) {
    case "open": {
      const standing = me?.entered === true ? "You're in" : prizesInWords(prizes);
      return `${standing} · ${entriesInWords(entries)}`;
    }
    case "closed":
      return "Closed. The draw is on.";
    case "delayed":
      return "Waiting for the public beacon";
    case "drawn":
      return outcome === "won"
        ? "You won!"
        : outcome === "lost"
          ? "Drawn. Not this time."
          : "Drawn. See who won.";
    case "cancelled":
      return "Cancelled";
  }
}
