import { type Cursor, formatCursor } from "@barrage/protocol";
import type { Ledger } from "./ledger.ts";

/** What one viewer has seen of the log, in numbers. */
export interface SequenceCounts {
  readonly received: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** Events that the server said it shed. */
  readonly skipped: number;
  readonly resets: number;
  /** Holes that the ledger hints at. */
  readonly suspicions: number;
}

/** An unbroken part of the log that the viewer was promised in full. */
interface Stretch {
  readonly epoch: string;
  readonly after: number;
  upTo: number;
  received: number;
  skipped: number;
}

/**
 * Checks what one viewer is promised: each event once, in order, from its start to now. The exact set needs no memory
 * of it: sequences only rise (repeats and steps back are counted apart), and each is in the ledger, so having as many
 * as the ledger has in a stretch means having exactly those.
 */
export class SequenceCheck {
  readonly #ledger: Ledger;
  readonly #counts = { received: 0, duplicates: 0, outOfOrder: 0, skipped: 0, resets: 0, suspicions: 0 };
  readonly #stretches: Stretch[] = [];
  #stretch: Stretch | undefined;
  /** The last event itself, for the ledger's hints; a skip or a start breaks the chain. */
  #lastEvent: number | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get counts(): SequenceCounts {
    return this.#counts;
  }

  /** The last sequence seen or declared as skipped; undefined before the start. */
  get position(): number | undefined {
    return this.#stretch?.upTo;
  }

  /** Where to resume, in wire form. */
  get cursor(): string | undefined {
    const stretch = this.#stretch;
    return stretch === undefined ? undefined : formatCursor({ epoch: stretch.epoch, seq: stretch.upTo });
  }

  #begin({ epoch, seq }: Cursor): void {
    this.#stretch = { epoch, after: seq, upTo: seq, received: 0, skipped: 0 };
    this.#stretches.push(this.#stretch);
    this.#lastEvent = undefined;
  }

  /** The first hello is the start, later ones change nothing. */
  onHello(cursor: Cursor): void {
    if (this.#stretch === undefined) this.#begin(cursor);
  }

  /** Takes an event; before any hello there is no promise to check it by. @returns whether it was a new one. */
  onEvent(seq: number): boolean {
    const stretch = this.#stretch;
    if (stretch === undefined || seq <= stretch.upTo) {
      if (seq === stretch?.upTo) this.#counts.duplicates++;
      else this.#counts.outOfOrder++;
      return false;
    }
    this.#counts.received++;
    stretch.received++;
    stretch.upTo = seq;
    if (this.#ledger.seen(seq, this.#lastEvent)) this.#counts.suspicions++;
    this.#lastEvent = seq;
    return true;
  }

  onSkipped(count: number, { seq }: Cursor): void {
    this.#counts.skipped += count;
    this.#lastEvent = undefined;
    if (this.#stretch === undefined) return;
    this.#stretch.skipped += count;
    this.#stretch.upTo = Math.max(this.#stretch.upTo, seq);
  }

  /** The server said that it can't continue: a new stretch starts. */
  onReset(cursor: Cursor): void {
    this.#counts.resets++;
    this.#begin(cursor);
  }

  /** Events that are in the ledger, up to `upTo`, and neither came nor were declared as skipped. */
  gaps(upTo: number): number {
    return this.#stretches.reduce((sum, each) => {
      // Only the last stretch has to reach the end: a reset declared the others over where they stood.
      const to = each === this.#stretch ? Math.max(upTo, each.upTo) : each.upTo;
      return sum + Math.max(0, this.#ledger.eventsIn(each.after, to) - each.received - each.skipped);
    }, 0);
  }
}
