import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { formatWhole } from "../lib/format.ts";
import { FollowButton } from "../room/follow-button.tsx";
import { EntryAction } from "./entry-action.tsx";
import type { LotteryNow } from "./lotteries-now.ts";
import { LotteryPrizes } from "./lottery-prizes.tsx";
import { OwnOutcome, Winners } from "./lottery-result.tsx";
import type { LotteryRoom } from "./lottery-room.ts";
import { LotteryRules } from "./lottery-rules.tsx";
import { LotteryStanding } from "./lottery-standing.tsx";
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
      <div className="-mt-2 flex flex-wrap gap-x-4 gap-y-1">
        <NewTabLink to={`/lotteries/${lottery.id}`}>
          {lottery.state === "drawn" ? "All winners, and check the draw" : "Everything about this lottery"}
        </NewTabLink>
        <NewTabLink to={`/rooms/${room.id}/lotteries`}>Earlier lotteries</NewTabLink>
      </div>
    </div>
  );
}

/** A link that leaves the room open: nobody wants to lose a live picture to read. */
function NewTabLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Link
      to={to}
      target="_blank"
      className="inline-flex items-center gap-1.5 rounded text-xs font-medium text-accent-text hover:underline"
    >
      {children}
      <ExternalLink aria-hidden className="size-3" />
      <span className="sr-only">(opens in a new tab)</span>
    </Link>
  );
}

function DrawnWinners({ lottery, meId }: { readonly lottery: LotteryNow; readonly meId: string | null }) {
  // After a reload the feed no longer tells them; the lottery's own page does.
  if (lottery.more === null) return <LotteryPrizes prizes={lottery.prizes} />;
  return (
    <div className="grid gap-2">
      <Winners prizes={lottery.prizes} winners={lottery.winners} meId={meId} shownMax={winnersShownMax} />
      {lottery.more > 0 && (
        <p className="text-sm text-soft">and {formatWhole(lottery.more)} more on the lottery's page</p>
      )}
    </div>
  );
}
