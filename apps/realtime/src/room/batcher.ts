import type { Timers } from "../timers.ts";
import type { LoadMeter } from "./load-meter.ts";

interface BatcherDeps {
  readonly load: LoadMeter;
  readonly timers: Pick<Timers, "now" | "defer">;
  /** The longest that an event waits for company. */
  readonly tickMsMax: number;
  readonly flush: () => void;
}

/** From this share of busy time on, the full tick is used; below, proportionally less. */
const fullTickShare = 0.25;

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
    const intervalMs = tickMsMax * Math.min(1, load.busyShare() / fullTickShare);
    const delayMs = Math.max(0, this.#lastFlushMs + intervalMs - timers.now());
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
