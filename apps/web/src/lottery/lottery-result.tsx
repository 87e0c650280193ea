import type { LotteryWinner } from "@barrage/protocol";
import { Frown, PartyPopper } from "lucide-react";
import { plural } from "../lib/format.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Spinner } from "../ui/spinner.tsx";
import type { LotteryNow } from "./lotteries-now.ts";
import type { LotteryView } from "./lottery-view.ts";

/** How the draw went for this viewer. Nothing for those who did not take part. */
export function OwnOutcome({
  lottery,
  meId,
}: {
  readonly lottery: LotteryNow;
  readonly meId: string | null;
}) {
  if (lottery.state !== "drawn") return null;
  switch (lottery.outcome) {
    case "won":
      return (
        <div
          data-testid="own-outcome"
          className="flex animate-rise items-center gap-3 rounded-2xl bg-accent px-4 py-3 text-accent-ink"
        >
          <PartyPopper aria-hidden className="size-6 shrink-0" />
          <p className="min-w-0 wrap-anywhere">
            <b className="block text-base font-bold">You won!</b>
            <span className="text-sm">{ownPrizeOf(lottery, meId)}</span>
          </p>
        </div>
      );
    case "lost":
      return (
        <div
          data-testid="own-outcome"
          className="flex items-center gap-3 rounded-2xl bg-raised px-4 py-3 text-sm text-soft"
        >
          <Frown aria-hidden className="size-5 shrink-0" />
          <p>
            <b className="font-semibold text-ink">Not this time.</b> Your entry was in the pool; you can check
            the draw yourself.
          </p>
        </div>
      );
    case "unknown":
      return meId === null ? null : (
        <p className="flex items-center gap-2 text-sm text-soft">
          <Spinner label="Looking up how it went for you" />
          <span aria-hidden>How did it go for you?</span>
        </p>
      );
    case "not_entered":
      return null;
  }
}

function ownPrizeOf({ me, prizes, winners }: LotteryNow, meId: string | null): string {
  const { prizeId } = me?.won ?? winners.find(({ user }) => user.id === meId) ?? {};
  return prizes.find(({ id }) => id === prizeId)?.name ?? "";
}

interface WinnersProps extends Pick<LotteryView, "prizes"> {
  readonly winners: readonly LotteryWinner[];
  readonly meId: string | null;
  /** How many of each prize's winners are shown. */
  readonly shownMax?: number;
}

/** Who won what, prize by prize. */
export function Winners({ prizes, winners, meId, shownMax = Number.POSITIVE_INFINITY }: WinnersProps) {
  if (winners.length === 0) return <p className="text-sm text-soft">Nobody had entered, so nobody won.</p>;
  return (
    <dl className="grid gap-3">
      {prizes.map((prize) => {
        const own = winners.filter(({ prizeId }) => prizeId === prize.id);
        const hidden = own.length - shownMax;
        return (
          <div key={prize.id}>
            <dt className="mb-1.5 text-[13px] font-medium text-faint wrap-anywhere">{prize.name}</dt>
            <dd>
              {own.length === 0 ? (
                <p className="text-sm text-soft">Nobody: there were fewer entries than prizes.</p>
              ) : (
                <ul aria-label={`Winners of ${prize.name}`} className="flex flex-wrap gap-1.5">
                  {own.slice(0, shownMax).map((winner) => (
                    <Winner key={winner.rank} winner={winner} mine={winner.user.id === meId} />
                  ))}
                  {hidden > 0 && (
                    <li className="flex h-8 items-center px-1 text-sm text-soft">
                      and {plural(hidden, "other")}
                    </li>
                  )}
                </ul>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Winner({ winner, mine }: { readonly winner: LotteryWinner; readonly mine: boolean }) {
  return (
    <li className="flex h-8 max-w-full items-center gap-2 rounded-full bg-raised pr-3 pl-1 text-sm">
      <Avatar id={winner.user.id} name={winner.user.name} className="size-6 text-xs" />
      <span className="truncate">{winner.user.name}</span>
      {mine && <b className="font-semibold text-accent-text">you</b>}
    </li>
  );
}
