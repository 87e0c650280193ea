import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useRef } from "react";
import { useTRPC } from "../lib/trpc.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { ReplayCard } from "./replay-card.tsx";

const pageSize = 12;
const nearEndPx = 400;

/** A row of what public rooms have shown last. Nothing while there is nothing: the home page does well without it. */
export function RecentReplays() {
  const trpc = useTRPC();
  const row = useRef<HTMLUListElement>(null);
  const list = useInfiniteQuery({
    ...trpc.replay.recent.infiniteQueryOptions(
      { limit: pageSize },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
    staleTime: 30_000,
  });
  const replays = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (replays.length === 0) return null;
  const turn = (direction: 1 | -1) => {
    const element = row.current;
    element?.scrollBy({ left: direction * element.clientWidth * 0.9, behavior: "smooth" });
  };
  const onScroll = () => {
    const element = row.current;
    if (element === null || !list.hasNextPage || list.isFetchingNextPage) return;
    const rest = element.scrollWidth - element.clientWidth - element.scrollLeft;
    if (rest < nearEndPx) void list.fetchNextPage();
  };
  return (
    <section aria-labelledby="recent-replays" className="my-10 first:mt-0">
      <div className="mb-4 flex items-center justify-between gap-4">
        <h2 id="recent-replays" className="text-xl font-bold">
          Recent replays
        </h2>
        <div className="flex gap-1.5 max-sm:hidden pointer-coarse:hidden">
          <Button size="icon-sm" aria-label="Replays before" onClick={() => turn(-1)}>
            <ChevronLeft />
          </Button>
          <Button size="icon-sm" aria-label="Further replays" onClick={() => turn(1)}>
            <ChevronRight />
          </Button>
        </div>
      </div>
      <ul
        ref={row}
        onScroll={onScroll}
        className="-mx-4 flex snap-x gap-5 overflow-x-auto scroll-px-4 px-4 pt-2 pb-3 [scrollbar-width:thin] lg:-mx-8 lg:scroll-px-8 lg:px-8"
      >
        {replays.map(({ id, room, startedAtMs, durationMs, danmaku }) => (
          <li key={id} className="w-64 shrink-0 snap-start sm:w-72">
            <ReplayCard
              session={{ id, roomId: room.id, startedAtMs, durationMs, messages: danmaku }}
              room={room}
              title={room.title}
              heading="h3"
            >
              <Avatar id={room.host.id} name={room.host.name} className="size-5 text-[10px]" />
              <span className="truncate">{room.host.name}</span>
              <span aria-hidden className="text-faint">
                ·
              </span>
            </ReplayCard>
          </li>
        ))}
      </ul>
    </section>
  );
}
