import type { Timers } from "../timers.ts";

/** Time that moves when the test says so. */
export class FakeTimers implements Timers {
  #nowMs = 0;
  #due: { readonly atMs: number; readonly task: () => void }[] = [];

  readonly now = (): number => this.#nowMs;

  readonly defer = (task: () => void, delayMs: number): (() => void) => {
    const timer = { atMs: this.#nowMs + delayMs, task };
    this.#due.push(timer);
    return () => {
      this.#due = this.#due.filter((other) => other !== timer);
    };
  };

  readonly sleep = (durationMs: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.defer(resolve, durationMs);
    return promise;
  };

  /** Work takes so long: time goes on, and nothing else runs meanwhile. */
  spend(durationMs: number): void {
    this.#nowMs += durationMs;
  }

  /** Moves time on and runs what comes due, in its order. */
  advance(durationMs: number): void {
    const untilMs = this.#nowMs + durationMs;
    for (;;) {
      const [next] = this.#due.toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.task();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }
}
