import { PartyPopper, Ticket } from "lucide-react";
import { Link } from "react-router";
import type { LotteryFeed, LotteryNews } from "../lottery/lottery-feed.ts";
import { entriesInWords, prizesInWords, winnersInWords } from "../lottery/lottery-words.ts";

/** The lottery of the moment: one that is open, or the result of the last. */
export function LotteryMoment({ feed }: { readonly feed: LotteryFeed }) {
  const news = feed.news.findLast(({ state }) => state === "open" || state === "closed") ?? feed.news.at(-1);
  if (news === undefined || news.state === null || news.state === "cancelled") return null;
  const isDrawn = news.state === "drawn";
  return (
    <div
      data-testid="lottery-moment"
      className="flex items-start gap-2.5 border-b border-line bg-accent-wash px-4 py-2.5 text-sm"
    >
      {isDrawn ? (
        <PartyPopper aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-text" />
      ) : (
        <Ticket aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-text" />
      )}
      <p className="line-clamp-3 grow wrap-anywhere">
        <b className="font-semibold">{news.face?.title ?? "Lottery"}</b> {wordsOf(news)}
      </p>
      <Link
        to={`/lotteries/${news.id}`}
        className="shrink-0 rounded font-medium text-accent-text underline-offset-2 hover:underline"
      >
        Details
      </Link>
    </div>
  );
}

function wordsOf({ state, face, entries, winners, more }: LotteryNews): string {
  const soFar = entries === null ? "" : ` · ${entriesInWords(entries)}`;
  if (state === "drawn") return winnersInWords(winners, more);
  if (state === "closed") return `is closed${soFar}`;
  return `is open${face === null ? "" : `: ${prizesInWords(face.prizes)}`}${soFar}`;
}
