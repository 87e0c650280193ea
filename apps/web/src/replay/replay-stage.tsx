import { Play, RotateCcw } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { ReplayView } from "../lib/app-router.ts";
import type { DanmakuSettings } from "../lib/danmaku-settings.ts";
import { formatDateTime } from "../lib/format.ts";
import { DanmakuOverlay } from "../room/danmaku-overlay.tsx";
import { GiftBanners } from "../room/gift-banners.tsx";
import type { RoomStore } from "../room/room-store.ts";
import { StageBackdrop } from "../room/stage-backdrop.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { Badge, LiveBadge } from "../ui/badge.tsx";
import { FlyingClock } from "./flying-clock.ts";
import type { Player, PlayerState } from "./player.ts";
import { PlayerPill } from "./player-pill.tsx";

interface ReplayStageProps {
  readonly replay: ReplayView;
  readonly player: Player;
  readonly state: PlayerState;
  readonly store: RoomStore;
  readonly danmakuShown: boolean;
  readonly danmaku: DanmakuSettings;
  /** The recording of the moment, or nothing. */
  readonly picture: ReactNode;
  /** Else the words have the stage for themselves. */
  readonly hasPicture: boolean;
}

/** The picture of a replay with everything on it. A press on it plays or pauses. */
export function ReplayStage({
  replay,
  player,
  state,
  store,
  danmakuShown,
  danmaku,
  picture,
  hasPicture,
}: ReplayStageProps) {
  const isMoving = state.isPlaying && !state.isWaiting;
  const isStanding = !state.isPlaying && !state.isWaiting && state.trouble === null;
  const clock = useFlyingClock(isMoving, state.moves);
  const toggle = state.isPlaying ? player.pause : player.play;
  return (
    <div className="relative isolate min-h-0 grow overflow-hidden bg-black text-white">
      {picture}
      {!hasPicture && (
        <>
          <StageBackdrop hue={replay.room.coverHue} live={isMoving} />
          <StageTitle replay={replay} mark={isStanding ? <PressMark isEnded={state.isEnded} /> : undefined} />
        </>
      )}
      {/* For the pointer alone: the bar's button does the same, by keyboard too. */}
      <button
        type="button"
        tabIndex={-1}
        aria-hidden
        data-testid="stage-press"
        className="absolute inset-0 cursor-default"
        onClick={toggle}
      />
      {danmakuShown && <DanmakuOverlay store={store} settings={danmaku} media={clock} />}
      <GiftBanners store={store} />
      <div className="pointer-events-none absolute inset-x-3 top-3 flex items-start justify-between gap-2 sm:inset-x-4 sm:top-4">
        <StageStatus replay={replay} state={state} />
        <PlayerPill state={state} onRetry={player.play} />
      </div>
      {hasPicture && isStanding && (
        <span className="pointer-events-none absolute inset-0 grid place-items-center">
          <PressMark isEnded={state.isEnded} />
        </span>
      )}
    </div>
  );
}

/** What flies holds still while nothing moves, and is gone after a jump. */
function useFlyingClock(isRunning: boolean, moves: number): FlyingClock {
  const [clock] = useState(() => new FlyingClock(() => performance.now()));
  useEffect(() => clock.setRunning(isRunning), [clock, isRunning]);
  // Each jump clears; nothing flies before the first.
  useEffect(() => {
    if (moves > 0) clock.clear();
  }, [clock, moves]);
  return clock;
}

function StageStatus({ replay, state }: Pick<ReplayStageProps, "replay" | "state">) {
  if (state.isLive) return <LiveBadge />;
  return (
    <Badge tone="shade">
      Replay<span className="text-white/70 max-sm:hidden">· {formatDateTime(replay.startedAtMs)}</span>
    </Badge>
  );
}

/** That a press plays. */
function PressMark({ isEnded }: { readonly isEnded: boolean }) {
  return (
    <span
      aria-hidden
      className="grid size-12 animate-pop place-items-center rounded-full bg-black/55 backdrop-blur-sm sm:size-20 lg:size-24 [&_svg]:size-1/3"
    >
      {isEnded ? <RotateCcw /> : <Play className="translate-x-[6%] fill-current" />}
    </span>
  );
}

interface StageTitleProps extends Pick<ReplayStageProps, "replay"> {
  /** In the host's place. */
  readonly mark: ReactNode;
}

function StageTitle({ replay: { room }, mark }: StageTitleProps) {
  return (
    <div className="absolute inset-0 grid place-content-center justify-items-center gap-3 px-6 text-center">
      {mark ?? (
        <Avatar
          id={room.host.id}
          name={room.host.name}
          className="size-12 text-xl ring-4 ring-white/10 sm:size-20 sm:text-3xl lg:size-24 lg:text-4xl"
        />
      )}
      <p className="line-clamp-3 max-w-2xl text-lg font-bold tracking-tight text-balance text-white/90 drop-shadow-md wrap-anywhere sm:text-2xl lg:text-4xl">
        {room.title}
      </p>
      <p className="text-sm text-white/75 max-sm:hidden sm:text-base">with {room.host.name}</p>
    </div>
  );
}
