/** Where a replay is in its session's time, while real time passes. All in milliseconds; replaced, never changed. */
export interface PlayClock {
  readonly offsetMs: number;
  /** The real moment at which it was there. */
  readonly atMs: number;
  readonly speed: number;
  readonly isRunning: boolean;
}

/** A clock that stands at a moment. */
export function stillClock(offsetMs: number, speed = 1): PlayClock {
  return { offsetMs, atMs: 0, speed, isRunning: false };
}

/** The moment of the session that it is at `nowMs`. */
export function positionAt({ offsetMs, atMs, speed, isRunning }: PlayClock, nowMs: number): number {
  return isRunning ? offsetMs + (nowMs - atMs) * speed : offsetMs;
}

/** The clock from `nowMs` on, with some of it changed. */
export function changeClock(
  clock: PlayClock,
  nowMs: number,
  change: Partial<Omit<PlayClock, "atMs">>,
): PlayClock {
  return { ...clock, offsetMs: positionAt(clock, nowMs), ...change, atMs: nowMs };
}
