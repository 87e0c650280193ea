import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight, Gift } from "lucide-react";
import { Link } from "react-router";
import { formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { LotteryStateBadge } from "./lottery-state-badge.tsx";
import { isRunning, type LotteryView } from "./lottery-view.ts";
import { entriesInWords, prizesInWords } from "./lottery-words.ts";

const runningEveryMs = 3_000;

/** A list with lotteries that are not over follows them. */
const followed = {
  refetchInterval: ({ state: { data } }: { state: { data?: Pages | undefined } }) =>
    data?.pages.some(({ items }) => items.some(isRunning)) === true ? runningEveryMs : false,
} as const;

interface Pages {
  readonly pages: readonly { readonly items: readonly LotteryView[] }[];
}

const next = { getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined };

/** The lotteries of a room, the latest first. */
export function useRoomLotteryHistory(room: string, password: string | undefined) {
  const trpc = useTRPC();
  const input = { room, limit: 20, ...(password === undefined ? {} : { password }) };
  return useInfiniteQuery({ ...trpc.lottery.listByRoom.infiniteQueryOptions(input, next), ...followed });
}

/** Every lottery of a room, the latest first. */
export function RoomLotteryHistory({ list }: Pick<LotteryPagesProps, "list">) {
  return (
    <LotteryPages
      list={list}
      emptyTitle="No lottery yet"
      emptyText="Every lottery of this room is listed here, with its public record."
    />
  );
}

/** Every lottery that this user entered, the latest first. */
export function OwnLotteryHistory() {
  const trpc = useTRPC();
  const list = useInfiniteQuery({
    ...trpc.lottery.mine.infiniteQueryOptions({ limit: 20 }, next),
    ...followed,
  });
  return (
    <LotteryPages
      list={list}
      emptyTitle="You have not entered a lottery yet"
      emptyText="When a host opens one, it shows above the room's chat."
    />
  );
}

interface LotteryPagesProps {
  readonly list: {
    readonly data: Pages | undefined;
    readonly error: unknown;
    readonly isPending: boolean;
    readonly isFetchingNextPage: boolean;
    readonly hasNextPage: boolean;
    readonly refetch: () => unknown;
    readonly fetchNextPage: () => unknown;
  };
  readonly emptyTitle: string;
  readonly emptyText: string;
}

function LotteryPages({ list, emptyTitle, emptyText }: LotteryPagesProps) {
  if (list.isPending) return <Skeleton className="h-40 rounded-3xl" />;
  if (list.data === undefined) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const lotteries = list.data.pages.flatMap((page) => page.items);
  if (lotteries.length === 0) return <EmptyState icon={<Gift />} title={emptyTitle} text={emptyText} />;
  return (
    <>
      <ul className="-mx-2 grid grid-cols-[minmax(0,1fr)]">
        {lotteries.map((lottery) => (
          <LotteryRow key={lottery.id} lottery={lottery} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Earlier lotteries
        </Button>
      )}
    </>
  );
}

function LotteryRow({ lottery }: { readonly lottery: LotteryView }) {
  const { id, title, prizes, entries, opensAtMs, me } = lottery;
  return (
    <li>
      <Link
        to={`/lotteries/${id}`}
        className="flex items-center gap-3 rounded-2xl px-2 py-3 transition hover:bg-raised"
      >
        <div className="flex min-w-0 grow flex-wrap items-center justify-between gap-x-3 gap-y-1.5">
          <div className="min-w-0 grow basis-60">
            <p className="truncate text-sm font-semibold">{title}</p>
            <p className="line-clamp-2 text-[13px] text-faint">
              {formatDateTime(opensAtMs)} · {entriesInWords(entries)} · {prizesInWords(prizes)}
            </p>
          </div>
          {(me?.won ?? null) !== null ? (
            <Badge className="bg-accent font-semibold text-accent-ink">You won</Badge>
          ) : (
            <LotteryStateBadge state={lottery.state} />
          )}
        </div>
        <ChevronRight aria-hidden className="size-4 shrink-0 text-faint" />
      </Link>
    </li>
  );
}
