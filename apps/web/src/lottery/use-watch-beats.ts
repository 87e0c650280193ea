import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTRPC, useTRPCClient } from "../lib/trpc.ts";

interface WatchBeats {
  readonly roomId: string;
  /** Whether this viewer is logged in, is no host, and the room is live. */
  readonly watching: boolean;
  /** Whether a lottery waits for more time watched: then the time is told more often, and its rules are asked again. */
  readonly awaited: boolean;
}

/** The server counts the time between two beats, up to 45 s: a beat that comes later starts anew. */
const beatMs = 30_000;
const awaitedBeatMs = 10_000;

/** Tells the server that this viewer watches: some lotteries are for those who have watched for a while. */
export function useWatchBeats({ roomId, watching, awaited }: WatchBeats): void {
  const client = useTRPCClient();
  const queries = useQueryClient();
  const trpc = useTRPC();
  useEffect(() => {
    if (!watching) return;
    const beat = () => {
      const told = client.lottery.watching.mutate({ room: roomId });
      const asked = awaited
        ? told.then(() => queries.invalidateQueries({ queryKey: trpc.lottery.listByRoom.queryKey() }))
        : told;
      // A lost beat costs the viewer nothing that the next does not make good.
      asked.catch(() => undefined);
    };
    beat();
    const timer = setInterval(beat, awaited ? awaitedBeatMs : beatMs);
    return () => clearInterval(timer);
  }, [client, queries, trpc, roomId, watching, awaited]);
}
