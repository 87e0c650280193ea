import { useCallback, useSyncExternalStore } from "react";

/** The clock, in ms since 1970, in steps of `everyMs`; it draws again at each step while `running`. */
export function useNow(everyMs: number, running = true): number {
  return useSyncExternalStore(useTicks(everyMs, running), () => Math.floor(Date.now() / everyMs) * everyMs);
}

const stepMs = 250;

/** How long it is until `untilMs`, in steps of a quarter of a second; 0 once it has come. */
export function useRemaining(untilMs: number): number {
  return useSyncExternalStore(
    useTicks(stepMs, untilMs > 0),
    () => Math.ceil(Math.max(0, untilMs - Date.now()) / stepMs) * stepMs,
  );
}

function useTicks(everyMs: number, running: boolean) {
  return useCallback(
    (onTick: () => void) => {
      if (!running) return () => {};
      const timer = setInterval(onTick, everyMs);
      return () => clearInterval(timer);
    },
    [everyMs, running],
  );
}
