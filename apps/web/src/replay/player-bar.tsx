import { Maximize, Pause, Play, Radio, RotateCcw, Settings2, SkipForward } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import type { ReplayMark } from "../lib/app-router.ts";
import { formatDuration } from "../lib/format.ts";
import { DanmakuSettingsPanel } from "../room/danmaku-settings-panel.tsx";
import { DanmakuToggle } from "../room/danmaku-toggle.tsx";
import { toggleFullScreen } from "../room/toggle-full-screen.ts";
import { Kbd } from "../ui/kbd.tsx";
import { Popover } from "../ui/popover.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { barButton } from "./bar-button.ts";
import { CopyMoment } from "./copy-moment.tsx";
import { HeatTimeline } from "./heat-timeline.tsx";
import { MomentsMenu } from "./moments-menu.tsx";
import type { Player, PlayerState } from "./player.ts";
import { PlayerKeysHelp } from "./player-keys-help.tsx";
import { SpeedMenu } from "./speed-menu.tsx";
import { jumpTarget, nextMark } from "./timeline-math.ts";
import { usePosition } from "./use-position.ts";
import type { Scrub } from "./use-scrub.ts";
import { VolumeControl } from "./volume-control.tsx";

export interface PlayerBarProps {
  readonly player: Player;
  readonly state: PlayerState;
  readonly scrub: Scrub;
  readonly durationMs: number;
  /** The session still runs. */
  readonly isRunning: boolean;
  readonly counts: readonly number[];
  readonly marks: readonly ReplayMark[];
  readonly danmakuShown: boolean;
  readonly frame: RefObject<HTMLElement | null>;
  /** The picture, while there is one. */
  readonly video: HTMLVideoElement | null;
  readonly onGoLive: () => void;
}

/** Everything that can be done with a replay, and the session to find one's way in. */
export function PlayerBar(props: PlayerBarProps) {
  const { player, state, scrub, durationMs, isRunning, counts, marks, danmakuShown, frame, video } = props;
  const positionMs = usePosition(player);
  const shownMs = scrub.ghostMs ?? positionMs;
  return (
    <section aria-label="Player" className="bg-[oklch(0.17_0.012_265)] px-3 pt-1 pb-2 text-white sm:px-4">
      <HeatTimeline
        positionMs={positionMs}
        durationMs={durationMs}
        counts={counts}
        marks={marks}
        scrub={scrub}
      />
      <div className="flex items-center gap-0.5 sm:gap-1">
        <PlayButton player={player} state={state} />
        <NextMarkButton marks={marks} positionMs={shownMs} player={player} className="max-sm:hidden" />
        {video !== null && <VolumeControl video={video} />}
        <p
          className="px-1 text-[13px] whitespace-nowrap max-sm:text-xs sm:px-1.5 text-white/85 tabular-nums"
          data-testid="clock"
        >
          <span data-testid="position">{formatDuration(shownMs)}</span>
          <span className={`text-white/65 ${isRunning ? "max-sm:hidden" : ""}`}>
            {" "}
            / {formatDuration(durationMs)}
          </span>
        </p>
        {isRunning && <LiveButton isLive={state.isLive} onGoLive={props.onGoLive} />}
        <div className="ml-auto flex items-center gap-0.5 sm:gap-1">
          <MomentsMenu marks={marks} player={player} />
          <SpeedMenu player={player} speed={state.speed} />
          {/* A phone has the switch in the settings. */}
          <DanmakuToggle shown={danmakuShown} className={`${barButton} max-sm:hidden`} />
          <Popover
            label="Danmaku settings"
            trigger={
              <button type="button" className={barButton} aria-label="Danmaku settings">
                <Settings2 />
              </button>
            }
          >
            <DanmakuSettingsPanel shown={danmakuShown} />
          </Popover>
          <CopyMoment positionMs={shownMs} />
          <PlayerKeysHelp className={`${barButton} max-sm:hidden`} />
          {document.fullscreenEnabled && (
            <BarButton label="Full screen" shortcut="f" onClick={() => toggleFullScreen(frame.current)}>
              <Maximize />
            </BarButton>
          )}
        </div>
      </div>
    </section>
  );
}

interface BarButtonProps {
  readonly label: string;
  readonly shortcut?: string;
  readonly disabled?: boolean;
  readonly className?: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function BarButton({ label, shortcut, disabled = false, className = "", onClick, children }: BarButtonProps) {
  return (
    <Tooltip
      text={
        <>
          {label} {shortcut !== undefined && <Kbd>{shortcut}</Kbd>}
        </>
      }
    >
      <button
        type="button"
        className={`${barButton} ${className}`}
        aria-label={label}
        disabled={disabled}
        onClick={onClick}
      >
        {children}
      </button>
    </Tooltip>
  );
}

function PlayButton({ player, state }: Pick<PlayerBarProps, "player" | "state">) {
  if (state.isEnded) {
    return (
      <BarButton label="Watch again" shortcut="space" onClick={player.play}>
        <RotateCcw />
      </BarButton>
    );
  }
  return state.isPlaying ? (
    <BarButton label="Pause" shortcut="space" onClick={player.pause}>
      <Pause className="fill-current" />
    </BarButton>
  ) : (
    <BarButton label="Play" shortcut="space" onClick={player.play}>
      <Play className="fill-current" />
    </BarButton>
  );
}

interface NextMarkProps extends Pick<PlayerBarProps, "marks" | "player"> {
  readonly positionMs: number;
  readonly className: string;
}

function NextMarkButton({ marks, positionMs, player, className }: NextMarkProps) {
  const next = nextMark(marks, positionMs);
  return (
    <BarButton
      label="Next gift or lottery"
      shortcut="n"
      disabled={next === undefined}
      className={className}
      onClick={() => next !== undefined && player.seek(jumpTarget(next))}
    >
      <SkipForward />
    </BarButton>
  );
}

function LiveButton({ isLive, onGoLive }: { readonly isLive: boolean; readonly onGoLive: () => void }) {
  return (
    <button
      type="button"
      className="inline-flex h-7 items-center gap-1.5 rounded-full bg-live px-2.5 text-xs font-bold text-live-ink hover:brightness-110 [&_svg]:size-3.5"
      onClick={onGoLive}
    >
      <Radio aria-hidden />
      {isLive ? "Live: open the room" : "Go live"}
    </button>
  );
}
