import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useNavigate } from "react-router";
import type { ReplayView } from "../lib/app-router.ts";
import { useServices } from "../lib/services.tsx";
import { useTRPC } from "../lib/trpc.ts";
import { useNow } from "../lib/use-now.ts";
import type { Me } from "../room/room-feed.ts";
import { useDanmakuShown } from "../room/room-stage.tsx";
import { PlayerAnnouncer } from "./player-announcer.tsx";
import { PlayerBar } from "./player-bar.tsx";
import { ReplayChat } from "./replay-chat.tsx";
import { ReplayInfo } from "./replay-info.tsx";
import { ReplayPicture } from "./replay-picture.tsx";
import { ReplayStage } from "./replay-stage.tsx";
import { useRecordings } from "./use-recordings.ts";
import { useReplay } from "./use-replay.ts";
import { useReplayKeys } from "./use-replay-keys.ts";
import { useScrub } from "./use-scrub.ts";

interface ReplayRoomProps {
  readonly replay: ReplayView;
  /** When the api said so, by this browser's clock. */
  readonly answeredAtMs: number;
  readonly me: Me | null;
  readonly password: string | undefined;
  readonly startMs: number;
}

const heatEveryMs = 30_000;

/** A session that may be watched: its stage, its chat, and the way through it. */
export function ReplayRoom({ replay, answeredAtMs, me, password, startMs }: ReplayRoomProps) {
  const { settings } = useServices();
  const danmaku = useSyncExternalStore(settings.danmaku.subscribe, settings.danmaku.get);
  const danmakuShown = useDanmakuShown();
  const frame = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const isRunning = replay.endedAtMs === null;

  const duration = useDuration(replay, answeredAtMs);
  const { store, player } = useReplay({ replay, me, password, durationMs: duration.now, startMs });
  const recordings = useRecordings(replay, password);
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const feed = useSyncExternalStore(store.subscribe, store.get);
  const state = useSyncExternalStore(player.subscribe, player.get);
  const scrub = useScrub(player, duration.now);
  const { counts, marks } = useTimelineFacts(replay, password);
  useReplayKeys({ player, state, scrub, marks, durationMs: duration.now, danmakuShown, frame });
  useEndSeen(feed.sitting?.state === "ended" && isRunning);

  return (
    <main
      id="main"
      data-testid="replay"
      data-state={
        state.isEnded ? "ended" : state.isWaiting ? "waiting" : state.isPlaying ? "playing" : "paused"
      }
      className="grid h-[calc(100dvh-var(--top))] min-h-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_auto_minmax(0,1fr)] lg:grid-cols-[minmax(0,1fr)_24rem] lg:grid-rows-[minmax(0,1fr)_auto]"
    >
      <div
        ref={frame}
        className="flex min-h-0 flex-col bg-black max-lg:[&:not(:fullscreen)>:first-child]:aspect-video max-lg:[&:not(:fullscreen)>:first-child]:max-h-[32dvh]"
      >
        <ReplayStage
          replay={replay}
          player={player}
          state={state}
          store={store}
          danmakuShown={danmakuShown}
          danmaku={danmaku}
          picture={
            <ReplayPicture player={player} recordings={recordings} password={password} onVideo={setVideo} />
          }
          hasPicture={video !== null}
        />
        <PlayerBar
          player={player}
          state={state}
          scrub={scrub}
          durationMs={duration.shownMs}
          isRunning={isRunning}
          counts={counts}
          marks={marks}
          danmakuShown={danmakuShown}
          frame={frame}
          video={video}
          onGoLive={() => void navigate(`/rooms/${replay.room.id}`)}
        />
      </div>
      <div className="contents lg:block lg:[grid-column:1] lg:[grid-row:2]">
        <ReplayInfo replay={replay} />
      </div>
      <div className="grid min-h-0 lg:[grid-column:2] lg:[grid-row:1/3]">
        <ReplayChat replay={replay} feed={feed} store={store} state={state} />
      </div>
      <PlayerAnnouncer player={player} state={state} />
    </main>
  );
}

/** How long the session is. One that runs grows, by the server's word and the time that has passed since. */
function useDuration({ durationMs, endedAtMs }: ReplayView, answeredAtMs: number) {
  const isRunning = endedAtMs === null;
  const latest = useRef({ durationMs, answeredAtMs, isRunning });
  useEffect(() => {
    latest.current = { durationMs, answeredAtMs, isRunning };
  }, [answeredAtMs, durationMs, isRunning]);
  const now = useCallback(() => {
    const known = latest.current;
    return known.isRunning
      ? known.durationMs + Math.max(0, Date.now() - known.answeredAtMs)
      : known.durationMs;
  }, []);
  const nowMs = useNow(1_000, isRunning);
  const shownMs = isRunning ? durationMs + Math.max(0, nowMs - answeredAtMs) : durationMs;
  return { now, shownMs };
}

/** What the timeline shows of the session. A replay goes on without it while it can't be had. */
function useTimelineFacts({ id: session, room, endedAtMs }: ReplayView, password: string | undefined) {
  const trpc = useTRPC();
  const key = { room: room.id, session, ...(password === undefined ? {} : { password }) };
  const refetchInterval = endedAtMs === null ? heatEveryMs : (false as const);
  const more = { refetchInterval, placeholderData: keepPreviousData };
  const heat = useQuery({ ...trpc.replay.heat.queryOptions(key), ...more });
  const marks = useQuery({ ...trpc.replay.marks.queryOptions(key), ...more });
  return { counts: heat.data?.counts ?? [], marks: marks.data?.items ?? [] };
}

/** A session whose end has come through the feed is asked for anew. */
function useEndSeen(isSeen: boolean): void {
  const queries = useQueryClient();
  const trpc = useTRPC();
  useEffect(() => {
    if (isSeen) void queries.invalidateQueries({ queryKey: trpc.replay.pathKey() });
  }, [isSeen, queries, trpc]);
}
