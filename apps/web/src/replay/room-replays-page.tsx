import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ChevronLeft, DoorClosed, History } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { RoomView, SessionView } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import { formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useTitle } from "../lib/use-title.ts";
import { PasswordPrompt } from "../room/password-prompt.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { ReplayCard, ReplayCardSkeleton } from "./replay-card.tsx";

const pageSize = 24;

/** `/rooms/:id/replays`: every session of a room that can be seen again. */
export function RoomReplaysPage() {
  const { id = "" } = useParams();
  const trpc = useTRPC();
  const [password, setPassword] = useState<string>();
  const room = useQuery(trpc.rooms.get.queryOptions({ id, ...(password === undefined ? {} : { password }) }));
  useTitle(room.data === undefined ? "Replays" : `${room.data.title}: replays`);
  if (room.data !== undefined) return <Sessions room={room.data} password={password} />;
  if (room.isError) {
    const { code } = describeError(room.error);
    if (code === "room_password_wrong" || code === "ticket_required") {
      return (
        <PasswordPrompt wrong={password !== undefined} busy={room.isFetching} onPassword={setPassword} />
      );
    }
    return (
      <main id="main">
        {code === "room_not_found" || code === "input_invalid" ? (
          <EmptyState icon={<DoorClosed />} title="There is no such room" text="It may have been deleted." />
        ) : (
          <ErrorState error={room.error} onRetry={() => void room.refetch()} />
        )}
      </main>
    );
  }
  return (
    <main id="main" aria-busy className="mx-auto max-w-[88rem] px-4 pt-6 pb-20 lg:px-8">
      <Cards>
        {Array.from({ length: 4 }, (_, index) => (
          <li key={index}>
            <ReplayCardSkeleton />
          </li>
        ))}
      </Cards>
    </main>
  );
}

interface SessionsProps {
  readonly room: RoomView;
  readonly password: string | undefined;
}

function Sessions({ room, password }: SessionsProps) {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.rooms.sessions.infiniteQueryOptions(
      { id: room.id, limit: pageSize, ...(password === undefined ? {} : { password }) },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  const sessions = list.data?.pages.flatMap((page) => page.items).filter(isReplayable) ?? [];
  return (
    <main id="main" className="mx-auto max-w-[88rem] px-4 pt-6 pb-20 lg:px-8">
      <Link
        to={`/rooms/${room.id}`}
        className="mb-4 inline-flex items-center gap-1 rounded text-sm text-soft hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4" /> Back to the room
      </Link>
      <h1 className="mb-6 text-2xl font-bold wrap-anywhere">{room.title}: past sessions</h1>
      {list.isError && sessions.length === 0 ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : !list.isPending && sessions.length === 0 && !list.hasNextPage ? (
        <EmptyState
          icon={<History />}
          title="Nothing to see again yet"
          text="When a session of this room has ended, it can be watched again here."
        />
      ) : (
        <Cards>
          {sessions.map((session) => (
            <li key={session.id}>
              <SessionCard room={room} session={session} />
            </li>
          ))}
        </Cards>
      )}
      {list.hasNextPage && (
        <div className="mt-10 grid justify-center">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Earlier sessions
          </Button>
        </div>
      )}
    </main>
  );
}

/** Whether a session is over and can be seen again. */
export function isReplayable({ endedAtMs, archive }: SessionView): boolean {
  return endedAtMs !== null && archive !== "missing";
}

/** A past session of a room, by its date. */
export function SessionCard({ room, session }: { readonly room: RoomView; readonly session: SessionView }) {
  const { id, startedAtMs, endedAtMs, messages } = session;
  const durationMs = (endedAtMs ?? startedAtMs) - startedAtMs;
  return (
    <ReplayCard
      session={{ id, roomId: room.id, startedAtMs, durationMs, messages }}
      room={room}
      title={formatDateTime(startedAtMs)}
    />
  );
}

function Cards({ children }: { readonly children: React.ReactNode }) {
  return (
    <ul className="grid grid-cols-1 gap-x-5 gap-y-7 min-[480px]:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
      {children}
    </ul>
  );
}
