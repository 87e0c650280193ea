import { useInfiniteQuery } from "@tanstack/react-query";
import { History, Play } from "lucide-react";
import { Link } from "react-router";
import { formatDateTime, formatDuration, formatWhole } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { replayPath } from "../replay/replay-card.tsx";
import { LiveBadge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";

/** Every time the room was live. */
export function SessionsTab({ roomId }: { readonly roomId: string }) {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.rooms.sessions.infiniteQueryOptions(
      { id: roomId, limit: 20 },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  if (list.isPending) return <Skeleton className="h-48 rounded-3xl" />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const sessions = list.data.pages.flatMap((page) => page.items);
  if (sessions.length === 0) {
    return (
      <EmptyState
        icon={<History />}
        title="Not yet live"
        text="Every time you go live, that session is listed here."
      />
    );
  }
  return (
    <Card>
      <div className="-m-2 overflow-x-auto p-2">
        <table className="w-full min-w-lg text-left text-sm">
          <caption className="sr-only">Sessions of this room, the latest first</caption>
          <thead className="text-faint">
            <tr>
              <th scope="col" className="pb-2 font-medium">
                Started
              </th>
              <th scope="col" className="pb-2 font-medium">
                Length
              </th>
              <th scope="col" className="pb-2 text-right font-medium">
                Most viewers
              </th>
              <th scope="col" className="pb-2 text-right font-medium">
                Messages
              </th>
              <th scope="col" className="pb-2 pl-6 font-medium">
                Replay
              </th>
            </tr>
          </thead>
          <tbody className="tabular-nums">
            {sessions.map((session) => (
              <tr key={session.id} className="border-t border-line">
                <td className="py-3">{formatDateTime(session.startedAtMs)}</td>
                <td className="py-3">
                  {session.endedAtMs === null ? (
                    <LiveBadge />
                  ) : (
                    formatDuration(session.endedAtMs - session.startedAtMs)
                  )}
                </td>
                <td className="py-3 text-right">{formatWhole(session.peakViewers)}</td>
                <td className="py-3 text-right">{formatWhole(session.messages)}</td>
                <td className="py-2 pl-6">
                  {session.archive === "missing" ? (
                    <span className="text-faint">Not yet</span>
                  ) : (
                    <Button asChild size="sm">
                      <Link
                        to={replayPath({ id: session.id, roomId })}
                        aria-label={`Watch the session of ${formatDateTime(session.startedAtMs)}`}
                      >
                        <Play /> Watch
                      </Link>
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {list.hasNextPage && (
        <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Earlier sessions
        </Button>
      )}
    </Card>
  );
}
