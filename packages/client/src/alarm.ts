import type { Clock } from "./options.ts";

/** One deadline. */
export interface Alarm {
  /** Moves the deadline; undefined: none. */
  set(atMs: number | undefined): void;
}

/** Calls `onDeadline` when the time of the current state is up. A deadline that moves later costs no new timer. */
export function createAlarm(clock: Clock, onDeadline: () => void): Alarm {
  let cancel: (() => void) | undefined;
  let firesAtMs = 0;
  let goalMs: number | undefined;

  function stop() {
    cancel?.();
    cancel = undefined;
  }
  function fire() {
    cancel = undefined;
    if (goalMs === undefined) return;
    if (clock.nowMs() < goalMs) start(goalMs);
    else onDeadline();
  }
  function start(atMs: number) {
    stop();
    firesAtMs = atMs;
    cancel = clock.after(Math.max(0, atMs - clock.nowMs()), fire);
  }
  return {
    set(atMs: number | undefined) {
      goalMs = atMs;
      if (atMs === undefined) stop();
      else if (cancel === undefined || atMs < firesAtMs) start(atMs);
    },
  };
}
