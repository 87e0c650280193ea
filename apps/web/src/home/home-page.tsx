import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Search, Tv } from "lucide-react";
import { useDeferredValue, useEffect, useRef } from "react";
import { Link, useSearchParams } from "react-router";
import type { RoomView } from "../lib/app-router.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useMe } from "../lib/use-me.ts";
import { useTitle } from "../lib/use-title.ts";
import { RecentReplays } from "../replay/recent-replays.tsx";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { Input } from "../ui/field.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { Hero } from "./hero.tsx";
import { RoomCard, RoomCardSkeleton } from "./room-card.tsx";
import { useRoomsNow } from "./use-rooms-now.ts";

const pageSize = 24;
/** Two rows of a wide screen. */
const liveBeforeReplays = 8;

/** `/`: the public rooms, live ones first. */
export function HomePage() {
  const trpc = useTRPC();
  const me = useMe();
  const [params, setParams] = useSearchParams();
  const text = params.get("q") ?? "";
  const q = useDeferredValue(text.trim());
  const list = useInfiniteQuery({
    ...trpc.rooms.list.infiniteQueryOptions(
      { limit: pageSize, order: "hot", ...(q === "" ? {} : { q }) },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
    placeholderData: keepPreviousData,
    // The order changes as rooms go live: a page that lies open keeps up.
    refetchInterval: 15_000,
  });
  useTitle("Live rooms");
  const rooms = useRoomsNow(uniqueRooms(list.data?.pages.flatMap((page) => page.items) ?? []));
  // Who is live comes first, and then what was; whoever is off air has the rest of the page.
  const live = rooms.filter(({ status }) => status === "live").length;
  const split = q === "" ? Math.min(live, liveBeforeReplays) : rooms.length;
  const [first, rest] = [rooms.slice(0, split), rooms.slice(split)];
  const onSearch = (value: string) => setParams(value === "" ? {} : { q: value }, { replace: true });

  return (
    <main id="main" className="mx-auto max-w-[88rem] px-4 pt-6 pb-20 lg:px-8">
      {me === null && q === "" ? <Hero /> : null}
      <div className="mb-6 flex flex-wrap items-center justify-between gap-4">
        <h1 className="text-2xl font-bold">{q === "" ? "Live rooms" : `Rooms with “${q}”`}</h1>
        <search className="relative w-full sm:w-72">
          <Search
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-3.5 size-4 -translate-y-1/2 text-faint"
          />
          <Input
            type="search"
            aria-label="Search rooms"
            placeholder="Search rooms"
            className="pl-10"
            maxLength={80}
            value={text}
            onChange={(event) => onSearch(event.target.value)}
          />
        </search>
      </div>
      {list.isError && rooms.length === 0 ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Grid busy>
          {Array.from({ length: 8 }, (_, index) => (
            <RoomCardSkeleton key={index} />
          ))}
        </Grid>
      ) : rooms.length === 0 ? (
        <NoRooms searching={q !== ""} />
      ) : (
        <>
          {first.length > 0 && <Rooms rooms={first} busy={list.isPlaceholderData} />}
          {q === "" && <RecentReplays />}
          {rest.length > 0 && <Rooms rooms={rest} busy={list.isPlaceholderData} />}
        </>
      )}
      {list.hasNextPage && <More busy={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />}
    </main>
  );
}

/** Pages overlap when a room moves up between two of them. */
function uniqueRooms(rooms: readonly RoomView[]): readonly RoomView[] {
  return [...new Map(rooms.map((room) => [room.id, room])).values()];
}

function Rooms({ rooms, busy }: { readonly rooms: readonly RoomView[]; readonly busy: boolean }) {
  return (
    <Grid busy={busy}>
      {rooms.map((room) => (
        <RoomCard key={room.id} room={room} />
      ))}
    </Grid>
  );
}

function Grid({ busy, children }: { readonly busy: boolean; readonly children: React.ReactNode }) {
  return (
    <ul
      aria-busy={busy}
      className={cn(
        "grid grid-cols-1 gap-x-5 gap-y-7 min-[480px]:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4",
        busy && "opacity-80",
      )}
    >
      {children}
    </ul>
  );
}

function NoRooms({ searching }: { readonly searching: boolean }) {
  return (
    <EmptyState
      icon={<Tv />}
      title={searching ? "No room has that in its name" : "Nobody has opened a room yet"}
      text={
        searching
          ? "Try another word, or fewer letters of it."
          : "Open the first one: it takes a name and ten seconds."
      }
      action={
        !searching && (
          <Button asChild variant="primary">
            <Link to="/studio">Open a room</Link>
          </Button>
        )
      }
    />
  );
}

/** Loads the next page when its button comes near the screen, or is pressed. */
function More({ busy, onMore }: { readonly busy: boolean; readonly onMore: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  useEffect(() => {
    latest.current = onMore;
  });
  useEffect(() => {
    if (place.current === null || busy) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting === true && latest.current(),
      { rootMargin: "400px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [busy]);
  return (
    <div ref={place} className="mt-10 grid justify-center">
      <Button busy={busy} onClick={onMore}>
        More rooms
      </Button>
    </div>
  );
}
