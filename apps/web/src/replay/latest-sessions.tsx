import { useQuery } from "@tanstack/react-query";
import { History, Play } from "lucide-react";
import { Link } from "react-router";
import type { RoomView, SessionView } from "../lib/app-router.ts";
import { formatAgo, formatDuration } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useNow } from "../lib/use-now.ts";
import { replayPath } from "./replay-card.tsx";
import { isReplayable } from "./room-replays-page.tsx";

interface LatestSessionsProps {
  readonly room: Pick<RoomView, "id">;
  readonly password: string | undefined;
}

/** So many are looked at: the one that runs, and those that are not archived yet, are no replays. */
const lookedAt = 5;
const shownMax = 3;
const everyMs = 15_000;

/** On the stage of a room that is off air: what can be seen again instead. */
export function LatestSessions({ room, password }: LatestSessionsProps) {
  const trpc = useTRPC();
  const list = useQuery({
    ...trpc.rooms.sessions.queryOptions({
      id: room.id,
      limit: lookedAt,
      ...(password === undefined ? {} : { password }),
    }),
    // A session that has just ended is archived within seconds.
    refetchInterval: everyMs,
  });
  const sessions = list.data?.items.filter(isReplayable).slice(0, shownMax) ?? [];
  if (sessions.length === 0) return null;
  return (
    <nav aria-label="Past sessions" className="flex flex-wrap items-center justify-center gap-2 sm:mt-2">
      {sessions.map((session, index) => (
        <SessionLink key={session.id} roomId={room.id} session={session} isFirst={index === 0} />
      ))}
      <Link
        to={`/rooms/${room.id}/replays`}
        className="inline-flex h-9 items-center gap-1.5 rounded-full px-3 text-sm text-white/85 max-sm:hidden hover:bg-white/15 hover:text-white [&_svg]:size-4"
      >
        <History aria-hidden /> All
        <span className="sr-only"> past sessions</span>
      </Link>
    </nav>
  );
}

interface SessionLinkProps {
  readonly roomId: string;
  readonly session: SessionView;
  readonly isFirst: boolean;
}

function SessionLink({ roomId, session, isFirst }: SessionLinkProps) {
  const nowMs = useNow(60_000);
  const { id, startedAtMs, endedAtMs } = session;
  const endMs = endedAtMs ?? startedAtMs;
  return (
    <Link
      to={replayPath({ id, roomId })}
      className={`inline-flex h-9 items-center gap-2 rounded-full px-3.5 text-sm font-medium transition max-sm:h-8 [&_svg]:size-3.5 ${
        isFirst
          ? "bg-accent text-accent-ink hover:brightness-108"
          : "bg-white/15 text-white hover:bg-white/25 max-sm:hidden"
      }`}
    >
      <Play aria-hidden className="fill-current" />
      {isFirst ? "Watch the last session" : formatAgo(endMs, nowMs)}
      <span className="tabular-nums opacity-75">{formatDuration(endMs - startedAtMs)}</span>
    </Link>
  );
}
