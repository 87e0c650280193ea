import { formatDuration } from "../lib/format.ts";
import { useRemaining } from "../lib/use-now.ts";
import { cn } from "../ui/cn.ts";
import type { LotteryNow } from "./lotteries-now.ts";

const urgentMs = 10_000;

/** The time left as a clock, rounded up, so that 0:00 is the end. Silent: the announcer speaks at 60, 30 and 10 s. */
export function LotteryClock({
  untilMs,
  className,
}: {
  readonly untilMs: number;
  readonly className?: string;
}) {
  const leftMs = useRemaining(untilMs);
  return (
    <span
      role="timer"
      aria-live="off"
      className={cn("tabular-nums", leftMs <= urgentMs && "text-danger-text", className)}
    >
      {formatDuration(Math.ceil(leftMs / 1000) * 1000)}
    </span>
  );
}

/** How much of the time is left, as a line that runs out. */
export function LotteryTimeLine({ lottery }: { readonly lottery: LotteryNow }) {
  const { opensAtMs, closesAtMs } = lottery;
  const leftMs = useRemaining(closesAtMs ?? 0);
  if (closesAtMs === null) return null;
  const share = Math.min(1, leftMs / Math.max(1, closesAtMs - opensAtMs));
  return (
    <div aria-hidden className="h-1 overflow-hidden rounded-full bg-raised">
      <div
        className={cn(
          "h-full origin-left rounded-full transition-transform duration-300 ease-linear",
          leftMs <= urgentMs ? "bg-danger-text" : "bg-accent",
        )}
        style={{ transform: `scaleX(${share})` }}
      />
    </div>
  );
}
