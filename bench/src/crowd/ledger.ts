/**
 * What a room's log must hold, put together from what senders were told and what viewers saw: an event that a sender
 * got no answer for, but that anyone saw, is in the log as well. Memory: a number or two per event, not per delivery.
 */
export interface Ledger {
  /** A sender was told this sequence. */
  acknowledged(seq: number): void;
  /**
   * A viewer saw `seq`, and `previous` before it (undefined: its first). Returns whether this contradicts what others
   * saw: someone has a hole there. Only a hint for the live table; {@link eventsIn} decides.
   */
  seen(seq: number, previous: number | undefined): boolean;
  /** How many events the log holds with a sequence in (after, upTo]. */
  eventsIn(after: number, upTo: number): number;
  /** The greatest sequence, 0 when empty. */
  readonly last: number;
  readonly count: number;
}

/** The first place in sorted numbers with a value greater than `value`. */
function upperBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function createLedger(): Ledger {
  /** Each event, and the one that viewers saw before it; -1 while no one could say. */
  const previousOf = new Map<number, number>();
  let sorted: Float64Array | undefined;
  let last = 0;

  function note(seq: number, previous: number) {
    previousOf.set(seq, previous);
    sorted = undefined;
    last = Math.max(last, seq);
  }

  return {
    get last() {
      return last;
    },
    get count() {
      return previousOf.size;
    },
    acknowledged(seq) {
      if (!previousOf.has(seq)) note(seq, -1);
    },
    seen(seq, previous) {
      const known = previousOf.get(seq);
      if (known === undefined) note(seq, previous ?? -1);
      if (known === undefined || previous === undefined || known === previous) return false;
      // The nearest predecessor anyone saw is the true one so far.
      if (previous > known) previousOf.set(seq, previous);
      return known !== -1;
    },
    eventsIn(after, upTo) {
      sorted ??= Float64Array.from(previousOf.keys()).toSorted();
      return upperBound(sorted, upTo) - upperBound(sorted, after);
    },
  };
}
