import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, SearchX } from "lucide-react";
import { Link, useParams } from "react-router";
import { describeError } from "../lib/describe-error.ts";
import { formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useMe } from "../lib/use-me.ts";
import { useTitle } from "../lib/use-title.ts";
import { Card } from "../ui/card.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { AuditCard } from "./audit-card.tsx";
import { CheckDrawCard } from "./check-draw-card.tsx";
import { HowItWorks } from "./how-it-works.tsx";
import { lotteryNow } from "./lotteries-now.ts";
import { LotteryPrizes } from "./lottery-prizes.tsx";
import { OwnOutcome, Winners } from "./lottery-result.tsx";
import { LotteryRules } from "./lottery-rules.tsx";
import { LotteryStanding } from "./lottery-standing.tsx";
import { LotteryStateBadge } from "./lottery-state-badge.tsx";
import { LotteryTrustNote } from "./lottery-trust.tsx";
import { isRunning, type LotteryView } from "./lottery-view.ts";

const runningEveryMs = 3_000;

/** `/lotteries/:id`: everything that is public about one lottery, and the way to check its draw. */
export function LotteryPage() {
  const { id = "" } = useParams();
  const trpc = useTRPC();
  const lottery = useQuery({
    ...trpc.lottery.get.queryOptions({ id }),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && isRunning(data) ? runningEveryMs : false,
  });
  useTitle(lottery.data?.title ?? "Lottery");
  return (
    <main id="main" className="mx-auto grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-5 px-4 pt-6 pb-20">
      {lottery.isPending ? (
        <div className="grid gap-4">
          <h1 className="sr-only">Lottery</h1>
          <Skeleton className="h-9 w-2/3" />
          <Skeleton className="h-64 rounded-3xl" />
        </div>
      ) : lottery.isError ? (
        <>
          <h1 className="sr-only">Lottery</h1>
          {isNowhere(lottery.error) ? (
            <EmptyState
              icon={<SearchX />}
              title="There is no such lottery"
              text="The link may not be whole."
            />
          ) : (
            <ErrorState error={lottery.error} onRetry={() => void lottery.refetch()} />
          )}
        </>
      ) : (
        <LotteryDesk view={lottery.data} />
      )}
    </main>
  );
}

function isNowhere(error: unknown): boolean {
  const { code } = describeError(error);
  return code === "lottery_not_found" || code === "input_invalid";
}

function LotteryDesk({ view }: { readonly view: LotteryView }) {
  const meId = useMe()?.id ?? null;
  const lottery = lotteryNow(view);
  const drawn = view.state === "drawn";
  return (
    <>
      <div>
        <Link
          to={`/rooms/${view.room}`}
          className="mb-4 inline-flex items-center gap-1 rounded text-sm text-soft hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4" /> To the room
        </Link>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <h1 className="min-w-0 text-2xl font-bold wrap-anywhere">{view.title}</h1>
          <LotteryStateBadge state={view.state} />
        </div>
        <p className="mt-1 text-sm text-faint">Opened {formatDateTime(view.opensAtMs)}</p>
      </div>
      {drawn && <OwnOutcome lottery={lottery} meId={meId} />}
      <Card>
        <div className="grid gap-5">
          <LotteryStanding lottery={lottery} />
          {drawn ? <AllWinners view={view} meId={meId} /> : <LotteryPrizes prizes={view.prizes} />}
          <LotteryRules
            // What is lacking only matters while it can be made good.
            lottery={view.state === "open" ? lottery : { conditions: view.conditions, me: null }}
            hostName="the host"
          />
          <LotteryTrustNote trust={view.trust} />
        </div>
      </Card>
      <CheckDrawCard view={view} meId={meId} />
      <AuditCard key={view.state} id={view.id} />
      <HowItWorks />
    </>
  );
}

function AllWinners({ view, meId }: { readonly view: LotteryView; readonly meId: string | null }) {
  const trpc = useTRPC();
  const winners = useQuery(trpc.lottery.winners.queryOptions({ id: view.id }));
  if (winners.isPending) return <Skeleton className="h-24" />;
  if (winners.isError) return <ErrorState error={winners.error} onRetry={() => void winners.refetch()} />;
  return <Winners prizes={view.prizes} winners={winners.data} meId={meId} />;
}
