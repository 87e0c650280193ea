import { useCallback, useEffect, useRef, useState } from "react";
import type { Player } from "./player.ts";
import { clampMoment } from "./timeline-math.ts";

/** Keys that are pressed quickly one after the other make one jump. */
const settleMs = 250;

/** Looking for a moment: what is shown moves at once, the replay jumps when the viewer has found it. */
export interface Scrub {
  /** The moment that the viewer is about to jump to; null: none. */
  readonly ghostMs: number | null;
  /** Shows a moment, and jumps there when `end` is called. */
  readonly drag: (offsetMs: number) => void;
  /** Lets go: jumps, or not. */
  readonly end: (isWanted: boolean) => void;
  /** Jumps to a moment as soon as no other one is asked for. */
  readonly goSoon: (offsetMs: number) => void;
  readonly nudge: (byMs: number) => void;
}

export function useScrub(player: Player, durationMs: () => number): Scrub {
  const [ghostMs, setGhost] = useState<number | null>(null);
  const ghost = useRef<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const show = useCallback((offsetMs: number | null) => {
    ghost.current = offsetMs;
    setGhost(offsetMs);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  const end = useCallback(
    (isWanted: boolean) => {
      clearTimeout(timer.current);
      if (isWanted && ghost.current !== null) player.seek(ghost.current);
      show(null);
    },
    [player, show],
  );
  const drag = useCallback(
    (offsetMs: number) => {
      clearTimeout(timer.current);
      show(clampMoment(offsetMs, durationMs()));
    },
    [durationMs, show],
  );
  const goSoon = useCallback(
    (offsetMs: number) => {
      drag(offsetMs);
      timer.current = setTimeout(() => end(true), settleMs);
    },
    [drag, end],
  );
  const nudge = useCallback(
    (byMs: number) => goSoon((ghost.current ?? player.positionMs()) + byMs),
    [goSoon, player],
  );
  return { ghostMs, drag, end, goSoon, nudge };
}
