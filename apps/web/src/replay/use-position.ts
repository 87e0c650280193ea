import { useCallback, useSyncExternalStore } from "react";
import type { Player } from "./player.ts";

/** Fine enough for a clock of seconds and a line that moves. */
const everyMs = 250;

/** Where a replay is, in steps of a quarter of a second while it runs and at once when it jumps. */
export function usePosition(player: Player): number {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const timer = setInterval(onChange, everyMs);
      const stop = player.subscribe(onChange);
      return () => {
        clearInterval(timer);
        stop();
      };
    },
    [player],
  );
  return useSyncExternalStore(subscribe, () => Math.floor(player.positionMs() / everyMs) * everyMs);
}
