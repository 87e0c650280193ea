import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronLeft, SearchX } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useMe } from "../lib/use-me.ts";
import { useTitle } from "../lib/use-title.ts";
import { ClosedDoor } from "../room/closed-door.tsx";
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
import { isRunning, type LotteryView, lotteryInput } from "./lottery-view.ts";

const runningEveryMs = 3_000;

/** `/lotteries/:id`: everything that is public about one lottery, and the way to check its draw. */
export function LotteryPage() {
  const { id = "" } = useParams();
  return <LotteryDoor key={id} id={id} />;
}

function LotteryDoor({ id }: { readonly id: string }) {
  const trpc = useTRPC();
  const [password, setPassword] = useState<string>();
  const lottery = useQuery({
    ...trpc.lottery.get.queryOptions(lotteryInput(id, password)),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && isRunning(data) ? runningEveryMs : false,
  });
  useTitle(lottery.data?.title ?? "Lottery");
  if (lottery.isError && lottery.data === undefined) {
    return (
      <ClosedDoor
        error={lottery.error}
        busy={lottery.isFetching}
        password={password}
        onPassword={setPassword}
        onRetry={() => void lottery.refetch()}
        missing={<NoSuchLottery />}
      />
    );
  }
  return (
    <main id="main" className="mx-auto grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-5 px-4 pt-6 pb-20">
      {lottery.data === undefined ? (
        <div className="grid gap-4">
          <h1 className="sr-only">Lottery</h1>
          <Skeleton className="h-9 w-2/3" />
          <Skeleton className="h-64 rounded-3xl" />
        </div>
      ) : (
        <LotteryDesk view={lottery.data} password={password} />
      )}
    </main>
  );
}

function NoSuchLottery() {
  return (
    <>
      <h1 className="sr-only">Lottery</h1>
      <EmptyState icon={<SearchX />} title="There is no such lottery" text="The link may not be whole." />
    </>
  );
}

interface LotteryDeskProps {
  readonly view: LotteryView;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

function LotteryDesk({ view, password }: LotteryDeskProps) {
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
          {drawn ? (
            <AllWinners view={view} meId={meId} password={password} />
          ) : (
            <LotteryPrizes prizes={view.prizes} />
          )}
          <LotteryRules
            // What is lacking only matters while it can be made good.
            lottery={view.state === "open" ? lottery : { conditions: view.conditions, me: null }}
            hostName="the host"
          />
          <LotteryTrustNote trust={view.trust} />
        </div>
      </Card>
      <CheckDrawCard view={view} meId={meId} password={password} />
      <AuditCard key={view.state} id={view.id} password={password} />
      <HowItWorks />
    </>
  );
}

function AllWinners({ view, meId, password }: LotteryDeskProps & { readonly meId: string | null }) {
  const trpc = useTRPC();
  const winners = useQuery(trpc.lottery.winners.queryOptions(lotteryInput(view.id, password)));
  if (winners.isPending) return <Skeleton className="h-24" />;
  if (winners.isError) return <ErrorState error={winners.error} onRetry={() => void winners.refetch()} />;
  return <Winners prizes={view.prizes} winners={winners.data} meId={meId} />;
}
