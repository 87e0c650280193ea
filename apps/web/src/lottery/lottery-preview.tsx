import type { NewLottery } from "@barrage/domain";
import { Clock } from "lucide-react";
import { formatWait } from "../lib/format.ts";
import { LotteryPrizes } from "./lottery-prizes.tsx";
import { LotteryRules } from "./lottery-rules.tsx";

interface LotteryPreviewProps {
  readonly lottery: NewLottery;
  readonly hostName: string;
}

/** The lottery as viewers will see it. */
export function LotteryPreview({ lottery, hostName }: LotteryPreviewProps) {
  const { title, conditions, closesInMs } = lottery;
  const prizes = lottery.prizes.map((prize, index) => ({ ...prize, id: String(index) }));
  return (
    <section aria-label="Preview" className="grid gap-4 rounded-2xl border border-line bg-canvas p-4">
      <h3 className="text-lg font-semibold wrap-anywhere">{title}</h3>
      <LotteryPrizes prizes={prizes} />
      <p className="flex items-center gap-2 text-sm text-soft">
        <Clock aria-hidden className="size-4" />
        {closesInMs === null ? "Closes when you say so" : `Closes ${formatWait(closesInMs)} after it opens`}
      </p>
      <LotteryRules lottery={{ conditions, me: null }} hostName={hostName} />
      <p className="text-[13px] text-faint">
        You and your moderators can't enter. The winners are drawn by a seed that is fixed now and shown with
        the result, so that everybody can check the draw.
      </p>
    </section>
  );
}
