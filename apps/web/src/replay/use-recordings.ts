import { useQuery } from "@tanstack/react-query";
import type { RecordingView, ReplayView } from "../lib/app-router.ts";
import { useTRPC } from "../lib/trpc.ts";

/** A recording is uploaded and checked soon after its session; somebody who came at once need not load the page again. */
const everyMs = 10_000;
const soonMs = 30 * 60_000;
const none: readonly RecordingView[] = [];

/** The recordings of a session that can be played, in the order in which they began. */
export function useRecordings(
  { id: session, room, startedAtMs, durationMs, endedAtMs }: ReplayView,
  password: string | undefined,
): readonly RecordingView[] {
  const trpc = useTRPC();
  const isSoon = () => endedAtMs !== null && Date.now() < startedAtMs + durationMs + soonMs;
  const list = useQuery({
    ...trpc.media.recordings.queryOptions({
      room: room.id,
      session,
      ...(password === undefined ? {} : { password }),
    }),
    // Not while one plays: what is there stays there.
    refetchInterval: ({ state: { data } }) => (isSoon() && (data?.items.length ?? 0) === 0 ? everyMs : false),
    select: ({ items }) => items.filter(({ state }) => state === "ready"),
  });
  return list.data ?? none;
}
