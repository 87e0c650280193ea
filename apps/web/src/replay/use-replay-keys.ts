import type { RefObject } from "react";
import type { ReplayMark } from "../lib/app-router.ts";
import { useServices } from "../lib/services.tsx";
import { toggleFullScreen } from "../room/toggle-full-screen.ts";
import type { Player, PlayerState } from "./player.ts";
import { jumpTarget, nextMark, nextSpeed } from "./timeline-math.ts";
import { usePlayerKeys } from "./use-player-keys.ts";
import type { Scrub } from "./use-scrub.ts";

interface ReplayKeysRequest {
  readonly player: Player;
  readonly state: PlayerState;
  readonly scrub: Scrub;
  readonly marks: readonly ReplayMark[];
  readonly durationMs: () => number;
  readonly danmakuShown: boolean;
  readonly frame: RefObject<HTMLElement | null>;
}

const stepMs = 5_000;

/** The keys of the replay page. */
export function useReplayKeys(request: ReplayKeysRequest): void {
  const { player, state, scrub, marks, durationMs, danmakuShown, frame } = request;
  const { settings } = useServices();
  const toggle = state.isPlaying ? player.pause : player.play;
  const changeSpeed = (direction: 1 | -1) => player.setSpeed(nextSpeed(player.get().speed, direction));
  usePlayerKeys({
    " ": toggle,
    k: toggle,
    ArrowLeft: () => scrub.nudge(-stepMs),
    ArrowRight: () => scrub.nudge(stepMs),
    Home: () => scrub.goSoon(0),
    End: () => scrub.goSoon(durationMs()),
    "<": () => changeSpeed(-1),
    ">": () => changeSpeed(1),
    n: () => {
      // From where the viewer is about to be: a jump may still be on its way.
      const next = nextMark(marks, scrub.ghostMs ?? player.positionMs());
      if (next !== undefined) scrub.goSoon(jumpTarget(next));
    },
    d: () => settings.danmaku.set({ ...settings.danmaku.get(), shown: !danmakuShown }),
    f: () => toggleFullScreen(frame.current),
  });
}
