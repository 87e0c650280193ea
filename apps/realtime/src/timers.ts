/** Time as the rules of this node see it: injected, so that a test owns it. */
export interface Timers {
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Runs `task` after `delayMs` (below 1: in the next turn of the loop). @returns a function that takes it back. */
  readonly defer: (task: () => void, delayMs: number) => () => void;
  readonly sleep: (durationMs: number) => Promise<void>;
}

/** The real clock and timers. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  defer(task, delayMs) {
    if (delayMs < 1) {
      // A timer's shortest delay is a millisecond, which is long next to a turn of the loop.
      const immediate = setImmediate(task);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  sleep: (durationMs) => Bun.sleep(durationMs),
};
