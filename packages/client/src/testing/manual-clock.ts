import type { Clock } from "../options.ts";

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  readonly elapse: (ms: number) => void;
}

export function createManualClock(startMs = 1_000_000): ManualClock {
  let nowMs = startMs;
  let timers: { readonly atMs: number; readonly run: () => void }[] = [];
  function takeDue() {
    const due = timers.filter(({ atMs }) => atMs <= nowMs);
    timers = timers.filter(({ atMs }) => atMs > nowMs);
    return due.toSorted((a, b) => a.atMs - b.atMs);
  }
  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    elapse(ms) {
      nowMs += ms;
      // A timer may set the next one, due at once.
      for (let due = takeDue(); due.length > 0; due = takeDue()) for (const { run } of due) run();
    },
  };
}
