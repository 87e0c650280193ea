import { Badge } from "../ui/badge.tsx";
import type { LotteryView } from "./lottery-view.ts";

const names = {
  open: "Open",
  closed: "Drawing",
  delayed: "Waiting for the beacon",
  drawn: "Drawn",
  cancelled: "Cancelled",
} as const;

/** How far a lottery has come, in a word. */
export function LotteryStateBadge({ state }: Pick<LotteryView, "state">) {
  return <Badge tone={state === "open" ? "accent" : "neutral"}>{names[state]}</Badge>;
}
