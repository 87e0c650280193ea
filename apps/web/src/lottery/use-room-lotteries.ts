import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useTRPC } from "../lib/trpc.ts";
import { type LotteryNow, lotteriesNow } from "./lotteries-now.ts";
import type { LotteryFeed } from "./lottery-feed.ts";

interface RoomLotteriesRequest {
  readonly roomId: string;
  readonly meId: string | null;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
  readonly feed: LotteryFeed;
  /** What else decides who may enter; when it changes, the api is asked again. */
  readonly standing: string;
  /** When this viewer last said something that may be a lottery's phrase: their entry follows within seconds. */
  readonly spokeAtMs: number;
}

const latestMax = 12;
/** An opening reaches everybody at once; their questions about their own standing need not. */
const spreadMs = 2_500;
const phraseWaitMs = 15_000;
const phraseEveryMs = 1_500;

/** The latest lotteries of a room as they stand for this viewer. Empty while nothing is known: a room goes on without. */
export function useRoomLotteries(request: RoomLotteriesRequest): readonly LotteryNow[] {
  const { roomId, meId, password, feed, standing, spokeAtMs } = request;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const list = useQuery({
    ...trpc.lottery.listByRoom.queryOptions({
      room: roomId,
      limit: latestMax,
      ...(password === undefined ? {} : { password }),
    }),
    refetchInterval: ({ state }) => {
      const waits = state.data?.items.some(
        (one) => one.state === "open" && one.conditions.phrase !== null && one.me?.entered === false,
      );
      return waits === true && Date.now() < spokeAtMs + phraseWaitMs ? phraseEveryMs : false;
    },
  });
  const turn = [standing, ...feed.news.map(({ id, state }) => `${id} ${state}`)].join();
  const asked = useRef(turn);
  useEffect(() => {
    if (asked.current === turn) return;
    const timer = setTimeout(() => {
      asked.current = turn;
      void queries.invalidateQueries({ queryKey: trpc.lottery.listByRoom.queryKey() });
    }, Math.random() * spreadMs);
    return () => clearTimeout(timer);
  }, [queries, trpc, turn]);
  const views = list.data?.items;
  return useMemo(() => lotteriesNow({ views: views ?? [], feed, meId }), [views, feed, meId]);
}
