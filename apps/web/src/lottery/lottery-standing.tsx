import type { ReactNode } from "react";
import { formatWhole } from "../lib/format.ts";
import { Spinner } from "../ui/spinner.tsx";
import type { LotteryNow } from "./lotteries-now.ts";
import { LotteryClock, LotteryTimeLine } from "./lottery-clock.tsx";
import { entriesInWords } from "./lottery-words.ts";

/** How far it is: the time left and the entries, or what it waits for. */
export function LotteryStanding({ lottery }: { readonly lottery: LotteryNow }) {
  const { state, closesAtMs, entries } = lottery;
  switch (state) {
    case "open":
      return (
        <div className="grid gap-2.5">
          <dl className="flex items-end justify-between gap-4">
            <Figure name={closesAtMs === null ? "Closes" : "Closes in"}>
              {closesAtMs === null ? (
                <span className="text-base font-semibold">when the host decides</span>
              ) : (
                <LotteryClock untilMs={closesAtMs} />
              )}
            </Figure>
            <Figure name="Entries" end>
              <span data-testid="entries">{formatWhole(entries)}</span>
            </Figure>
          </dl>
          <LotteryTimeLine lottery={lottery} />
        </div>
      );
    case "closed":
    case "delayed":
      return (
        <div className="flex items-start gap-3 rounded-2xl bg-raised px-4 py-3 text-sm">
          <Spinner label="Drawing" className="mt-0.5 text-accent-text" />
          <p>
            <b className="block font-semibold">
              {state === "closed" ? "Closed. The draw is on." : "The draw waits for the public beacon."}
            </b>
            <span className="text-soft">{waitingText(lottery)}</span>
          </p>
        </div>
      );
    case "drawn":
      return <p className="text-sm text-soft">Drawn from {entriesInWords(entries)}.</p>;
    case "cancelled":
      return (
        <p className="rounded-2xl bg-danger-wash px-4 py-3 text-sm text-danger-text wrap-anywhere">
          <b className="block font-semibold">Cancelled</b>
          {lottery.cancelReason}
        </p>
      );
  }
}

function waitingText({ state, entries, trust }: LotteryNow): string {
  const pool = `${formatWhole(entries)} in the pool, and nobody can be added or left out any more.`;
  if (trust.beaconRound === null) return pool;
  const wait = `The draw is made with round ${trust.beaconRound}`;
  return state === "delayed"
    ? `${wait}, which is late. It is made by itself as soon as the round is there; nothing else is used instead.`
    : `${pool} ${wait}.`;
}

interface FigureProps {
  readonly name: string;
  readonly end?: boolean;
  readonly children: ReactNode;
}

function Figure({ name, end = false, children }: FigureProps) {
  return (
    <div className={end ? "text-right" : ""}>
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="text-2xl leading-tight font-bold tabular-nums">{children}</dd>
    </div>
  );
}
