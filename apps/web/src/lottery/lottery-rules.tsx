import { Check, CircleDashed, X } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "../ui/cn.ts";
import type { LotteryNow } from "./lotteries-now.ts";
import { type LotteryRule, rulesInWords } from "./lottery-words.ts";

interface LotteryRulesProps {
  readonly lottery: Pick<LotteryNow, "conditions" | "me">;
  readonly hostName: string;
  /** Ways to do what is lacking, by condition. */
  readonly ways?: Readonly<Partial<Record<LotteryRule["condition"], ReactNode>>>;
}

/** The rules as a checklist: what this viewer has done, and what is still lacking. */
export function LotteryRules({ lottery, hostName, ways }: LotteryRulesProps) {
  const { conditions, me } = lottery;
  const rules = rulesInWords(conditions, hostName);
  if (rules.length === 0) return <p className="text-sm text-soft">No conditions: everybody may enter.</p>;
  return (
    <ul aria-label="Rules" className="grid gap-2">
      {rules.map(({ condition, text }) => {
        const lack = me?.lacks.find((one) => one.condition === condition);
        const standing = standingOf(lottery, lack !== undefined);
        return (
          <li key={condition} className="flex items-start gap-2.5 text-sm" data-standing={standing}>
            <Mark standing={standing} />
            <span className="min-w-0 grow">
              <span className="wrap-anywhere">{text}</span>
              {lack !== undefined && saysMore.has(condition) && (
                <span className="block text-[13px] text-soft">{lack.message}</span>
              )}
            </span>
            {lack !== undefined && ways?.[condition]}
          </li>
        );
      })}
    </ul>
  );
}

/** Where the api's words on what is lacking say more than the rule itself. */
const saysMore: ReadonlySet<LotteryRule["condition"]> = new Set(["accountAgeDays", "watchedSeconds"]);

type Standing = "met" | "lacking" | "unknown";

function standingOf({ me }: LotteryRulesProps["lottery"], lacking: boolean): Standing {
  if (lacking) return "lacking";
  if (me === null || (me.eligible === null && !me.entered)) return "unknown";
  return "met";
}

const marks = {
  met: { icon: <Check />, text: "Done: ", look: "bg-ok-text/15 text-ok-text" },
  lacking: { icon: <X />, text: "Still lacking: ", look: "bg-danger-wash text-danger-text" },
  unknown: { icon: <CircleDashed />, text: "", look: "bg-raised text-faint" },
} as const;

function Mark({ standing }: { readonly standing: Standing }) {
  const { icon, text, look } = marks[standing];
  return (
    <span className={cn("mt-px grid size-5 shrink-0 place-items-center rounded-full [&_svg]:size-3", look)}>
      <span aria-hidden>{icon}</span>
      <span className="sr-only">{text}</span>
    </span>
  );
}
