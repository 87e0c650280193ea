import type { Timers } from "../timers.ts";
import { gatherMs, type LoadMeter } from "./load-meter.ts";

interface BatcherDeps {
  readonly load: LoadMeter;
  readonly timers: Pick<Timers, "now" | "defer">;
  /** The longest that an event waits for company, as things are now. */
  readonly tickMsMax: () => number;
  readonly flush: () => void;
}

/**
 * Decides when what has gathered is written. A quiet node writes in the next turn of the loop, so that nobody waits
 * for nothing; the busier the node, the longer events gather (up to `tickMsMax`), because one write of twenty events
 * costs hardly more than one of one. Busy is measured over all rooms: a thousand small rooms load it as one big one.
 */
export class Batcher {
  readonly #deps: BatcherDeps;
  #cancel: (() => void) | undefined;
  #lastFlushMs = Number.NEGATIVE_INFINITY;

  constructor(deps: BatcherDeps) {
    this.#deps = deps;
  }

  /** Something has gathered. */
  request(): void {
    if (this.#cancel !== undefined) return;
    const { load, timers, tickMsMax } = this.#deps;
    const delayMs = Math.max(0, this.#lastFlushMs + gatherMs(load, tickMsMax()) - timers.now());
    this.#cancel = timers.defer(() => this.flushNow(), delayMs);
  }

  /** Writes now what has gathered, also when nothing was requested. */
  flushNow(): void {
    this.close();
    const { timers } = this.#deps;
    const startMs = timers.now();
    this.#deps.flush();
    this.#lastFlushMs = timers.now();
    this.#deps.load.add(this.#lastFlushMs - startMs);
  }

  /** Takes a requested flush back. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
