import { ShieldCheck } from "lucide-react";
import type { LotteryView } from "./lottery-view.ts";

const names = { commit: "Sealed draw", drand: "Sealed draw with public beacon" } as const;

/** What the draw can be trusted for, and what not. */
export function LotteryTrustNote({ trust }: Pick<LotteryView, "trust">) {
  return (
    <p className="flex items-start gap-2 text-xs leading-relaxed text-faint" data-trust={trust.level}>
      <ShieldCheck aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span>
        <b className="font-semibold text-soft">{names[trust.level]}.</b> {trust.sentence}
      </span>
    </p>
  );
}
