import type { ReplaySpeed } from "@barrage/protocol";

/** Where a replay is in its session's time, while real time passes. All in milliseconds. */
export class ReplayClock {
  readonly #now: () => number;
  #speed: ReplaySpeed;
  #isPaused = false;
  #anchor: { readonly realMs: number; readonly logMs: number };

  constructor(now: () => number, start: { readonly logMs: number; readonly speed: ReplaySpeed }) {
    this.#now = now;
    this.#speed = start.speed;
    this.#anchor = { realMs: now(), logMs: start.logMs };
  }

  get speed(): ReplaySpeed {
    return this.#speed;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The moment of the session that it is now; at full speed, that of the last event that was given. */
  get logMs(): number {
    const { realMs, logMs } = this.#anchor;
    if (this.#isPaused || this.#speed === "max") return logMs;
    return logMs + (this.#now() - realMs) * this.#speed;
  }

  /** In how long the moment is there: 0 or less when it has been, infinite while paused. */
  waitMs(logMs: number): number {
    if (this.#isPaused) return Number.POSITIVE_INFINITY;
    return this.#speed === "max" ? 0 : (logMs - this.logMs) / this.#speed;
  }

  moveTo(logMs: number): void {
    this.#anchor = { realMs: this.#now(), logMs };
  }

  setSpeed(speed: ReplaySpeed): void {
    this.moveTo(this.logMs);
    this.#speed = speed;
  }

  setPaused(isPaused: boolean): void {
    this.moveTo(this.logMs);
    this.#isPaused = isPaused;
  }
}
