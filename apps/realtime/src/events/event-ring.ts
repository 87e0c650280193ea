import type { RoomEntry } from "./room-entry.ts";

export interface EventRingLimits {
  readonly bytesMax: number;
  readonly countMax: number;
}

interface RingOrigin {
  /** Every event of the room above this sequence will be pushed. */
  readonly floorSeq: number;
  /** Every event of the room up to this sequence is known: nothing lies between the newest entry and it. */
  readonly headSeq: number;
}

/** What a session may do with a ring: read. */
export type RingReader = Pick<EventRing, "covers" | "headSeq" | "headBytes" | "bytesAt" | "readAfter">;

/**
 * The newest events of one room, in order, bounded in bytes and count; the oldest make way. Bytes are also counted
 * from the ring's beginning on and never go back, so that "how far behind" is one subtraction.
 */
export class EventRing {
  readonly #limits: EventRingLimits;
  #entries: RoomEntry[] = [];
  /** `#endBytes[i]` is the byte counter after `#entries[i]`. */
  #endBytes: number[] = [];
  #first = 0;
  #floorSeq: number;
  #headSeq: number;
  #floorBytes = 0;
  #headBytes = 0;

  constructor(limits: EventRingLimits, origin: RingOrigin) {
    this.#limits = limits;
    this.#floorSeq = origin.floorSeq;
    this.#headSeq = origin.headSeq;
  }

  /** The position that a viewer has who saw everything. */
  get headSeq(): number {
    return this.#headSeq;
  }

  /** Everything above this is here. */
  get floorSeq(): number {
    return this.#floorSeq;
  }

  /** Bytes ever pushed. */
  get headBytes(): number {
    return this.#headBytes;
  }

  get heldBytes(): number {
    return this.#headBytes - this.#floorBytes;
  }

  get count(): number {
    return this.#entries.length - this.#first;
  }

  /** Whether everything after `seq` is here, so that a viewer can go on from `seq` without a gap. */
  covers(seq: number): boolean {
    return seq >= this.#floorSeq;
  }

  /** Adds the room's next event. Its sequence must be above the head's. */
  push(entry: RoomEntry): void {
    if (entry.seq <= this.#headSeq) throw new Error("ring entries must rise in sequence");
    this.#headBytes += entry.frame.length;
    this.#entries.push(entry);
    this.#endBytes.push(this.#headBytes);
    this.#headSeq = entry.seq;
    while (this.heldBytes > this.#limits.bytesMax || this.count > this.#limits.countMax) this.#dropOldest();
    this.#compact();
  }

  /** Notes that the room had no event up to `seq`. */
  advanceHead(seq: number): void {
    this.#headSeq = Math.max(this.#headSeq, seq);
  }

  /** Forgets everything and begins again elsewhere. The byte counter goes on. */
  restart(origin: RingOrigin): void {
    this.#entries = [];
    this.#endBytes = [];
    this.#first = 0;
    this.#floorSeq = origin.floorSeq;
    this.#headSeq = origin.headSeq;
    this.#floorBytes = this.#headBytes;
  }

  /** The byte counter at the position `seq`, which the ring must cover. */
  bytesAt(seq: number): number {
    return this.#endBytes[this.#indexAfter(seq) - 1] ?? this.#floorBytes;
  }

  /** The next events after `seq`: as many as fit in `bytesMax`, and at least one when there is one. */
  readAfter(seq: number, bytesMax: number): readonly RoomEntry[] {
    const start = this.#indexAfter(seq);
    let end = start;
    for (let bytes = 0; end < this.#entries.length; end++) {
      bytes += this.#entries[end]?.frame.length ?? 0;
      if (bytes > bytesMax && end > start) break;
    }
    return this.#entries.slice(start, end);
  }

  /** The position from which on the last `count` events follow (fewer when fewer are held). */
  tailSeq(count: number): number {
    if (count === 0) return this.#headSeq;
    const before = this.#entries.length - count - 1;
    return before < this.#first ? this.#floorSeq : (this.#entries[before]?.seq ?? this.#floorSeq);
  }

  #dropOldest(): void {
    const oldest = this.#entries[this.#first];
    if (oldest === undefined) return;
    this.#floorSeq = oldest.seq;
    this.#floorBytes = this.#endBytes[this.#first] ?? this.#floorBytes;
    this.#first += 1;
  }

  /** Dropping at the front of an array costs its whole length: it is done once per as many drops as remain. */
  #compact(): void {
    if (this.#first < 64 || this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#endBytes = this.#endBytes.slice(this.#first);
    this.#first = 0;
  }

  /** The index of the first entry above `seq`, by bisection. */
  #indexAfter(seq: number): number {
    let low = this.#first;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
