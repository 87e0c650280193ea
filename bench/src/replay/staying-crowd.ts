import { createHistogram, type Histogram } from "../crowd/histogram.ts";
import type { TimedViewer } from "./watch-timing.ts";

interface Seen {
  /** How far the events' moments were from the recorded ones, of all viewers and from their beginning on. */
  readonly error: Histogram;
  /** Since the stretch began, by all viewers. */
  readonly events: number;
}

/** Of what is due in a stretch, so much has to come: a viewer may be late by a page, and not by a tenth. */
const dueShareMin = 0.9;

/** Viewers of replays that have to stay until they are let go: one that is cut off is no viewer whose cost counts. */
export class StayingCrowd {
  readonly #viewers: TimedViewer[] = [];
  readonly #seenBefore: number[] = [];
  #failure: Error | undefined;

  add(viewer: TimedViewer): void {
    this.#viewers.push(viewer);
    const lost = (cause?: unknown) => {
      this.#failure ??= new Error("a viewer was cut off before it was let go", { cause });
    };
    viewer.reader.ended.then(() => lost(), lost);
  }

  /** How many have not seen anything yet. */
  waiting(): number {
    return this.#viewers.filter((viewer) => viewer.finish().events === 0).length;
  }

  /** @throws Error when one has gone, whose cause says why. */
  requireAll(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** From here on events count. */
  begin(): void {
    this.#seenBefore.splice(0, Infinity, ...this.#viewers.map((viewer) => viewer.finish().events));
  }

  /**
   * Lets all go.
   * @throws Error when one had gone before, or has seen clearly less than so many events since the beginning.
   */
  finish(dueEach: number): Seen {
    try {
      this.requireAll();
      const error = createHistogram();
      let events = 0;
      for (const [index, viewer] of this.#viewers.entries()) {
        const timing = viewer.finish();
        const seen = timing.events - (this.#seenBefore[index] ?? 0);
        if (seen < Math.max(1, dueEach * dueShareMin))
          throw new Error(`a viewer saw ${seen} events where ${Math.round(dueEach)} were due`);
        error.add(timing.error.buckets);
        events += seen;
      }
      return { error, events };
    } finally {
      for (const { reader } of this.#viewers) reader.close();
    }
  }
}
