import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { formatWhole } from "../lib/format.ts";
import { FollowButton } from "../room/follow-button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { EntryAction } from "./entry-action.tsx";
import type { LotteryNow } from "./lotteries-now.ts";
import { LotteryClock, LotteryTimeLine } from "./lottery-clock.tsx";
import { LotteryPrizes } from "./lottery-prizes.tsx";
import { OwnOutcome, Winners } from "./lottery-result.tsx";
import type { LotteryRoom } from "./lottery-room.ts";
import { LotteryRules } from "./lottery-rules.tsx";
import { LotteryTrustNote } from "./lottery-trust.tsx";
import { ManageLottery } from "./manage-lottery.tsx";

interface LotteryCardProps {
  readonly lottery: LotteryNow;
  readonly room: LotteryRoom;
  readonly meId: string | null;
  /** Says a phrase in the chat; undefined where this viewer can't write now. */
  readonly onSay: ((text: string) => void) | undefined;
}

const winnersShownMax = 8;

/** A lottery of the room in full: what there is, how to take part, how it stands, how it went. */
export function LotteryCard({ lottery, room, meId, onSay }: LotteryCardProps) {
  const managing = room.viewerRole === "host" || room.viewerRole === "moderator";
  return (
    <div className="grid gap-4" data-lottery={lottery.id} data-state={lottery.state}>
      <LotteryStanding lottery={lottery} />
      <OwnOutcome lottery={lottery} meId={meId} />
      {lottery.state === "drawn" ? (
        <DrawnWinners lottery={lottery} meId={meId} />
      ) : (
        <LotteryPrizes prizes={lottery.prizes} />
      )}
      {lottery.state === "open" && (
        <>
          <LotteryRules
            lottery={managing ? { ...lottery, me: null } : lottery}
            hostName={room.host.name}
            ways={{ followHost: <FollowButton room={room} variant="primary" /> }}
          />
          <EntryAction lottery={lottery} managing={managing} anonymous={meId === null} onSay={onSay} />
        </>
      )}
      {managing && <ManageLottery lottery={lottery} />}
      <LotteryTrustNote trust={lottery.trust} />
      <Link
        to={`/lotteries/${lottery.id}`}
        target="_blank"
        className="-mt-2 inline-flex w-fit items-center gap-1.5 rounded text-xs font-medium text-accent-text hover:underline"
      >
        {lottery.state === "drawn" ? "All winners, and check the draw" : "Everything about this lottery"}
        <ExternalLink aria-hidden className="size-3" />
        <span className="sr-only">(opens in a new tab)</span>
      </Link>
    </div>
  );
}

function DrawnWinners({ lottery, meId }: { readonly lottery: LotteryNow; readonly meId: string | null }) {
  // After a reload the feed no longer tells them; the lottery's own page does.
  if (lottery.more === null) return <LotteryPrizes prizes={lottery.prizes} />;
  return (
    <div className="grid gap-2">
      <Winners
        prizes={lottery.prizes}
        winners={lottery.winners}
        meId={meId}
        shownMax={winnersShownMax}
      />
      {lottery.more > 0 && (
        <p className="text-sm text-soft">and {formatWhole(lottery.more)} more on the lottery's page</p>
      )}
    </div>
  );
}

/** How far it is: the time left and the entries, or what it waits for. */
function LotteryStanding({ lottery }: { readonly lottery: LotteryNow }) {
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
      return <p className="text-sm text-soft">Drawn from {formatWhole(entries)} entries.</p>;
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
