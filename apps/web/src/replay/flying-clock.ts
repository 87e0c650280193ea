/** Older than anything that still flies, whatever its speed. */
const longAgoS = 3_600;

/**
 * What the danmaku engine takes for a media element. It runs in real time while the replay plays and stands while it
 * pauses, so that danmaku hold still and fly on; at 16× they still fly at a speed at which they can be read.
 */
export class FlyingClock extends EventTarget {
  readonly playbackRate = 1;
  readonly #nowMs: () => number;
  #flownS = 0;
  #sinceMs: number | undefined;

  constructor(nowMs: () => number) {
    super();
    this.#nowMs = nowMs;
  }

  get paused(): boolean {
    return this.#sinceMs === undefined;
  }

  /** Seconds; as a media element says it. */
  get currentTime(): number {
    return this.#flownS + (this.#sinceMs === undefined ? 0 : (this.#nowMs() - this.#sinceMs) / 1000);
  }

  setRunning(isRunning: boolean): void {
    if (isRunning !== this.paused) return;
    this.#flownS = this.currentTime;
    this.#sinceMs = isRunning ? this.#nowMs() : undefined;
    this.dispatchEvent(new Event(isRunning ? "play" : "pause"));
  }

  /** Takes what flies away: the replay has gone somewhere else. */
  clear(): void {
    this.#flownS += longAgoS;
    this.dispatchEvent(new Event("seeking"));
  }
}
