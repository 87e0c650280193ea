import type { LimiterSettingsAt } from "@barrage/domain";
import type { PreparedEntry, RoomEntry } from "../events/room-entry.ts";
import type { Chooser } from "./chooser.ts";

interface WarmUp {
  /** What comes first is the beginning of the log: every choice is right from the start. */
  readonly fromBeginning: boolean;
  /** Nothing of the room between this and the first entry is missing. */
  readonly floorSeq: number;
  /** How much of the log's time the limiter must have seen. */
  readonly memoryMs: number;
}

/** A {@link Chooser} that starts in the middle of the log: what it gives is what every other node gives, too. */
export class WarmChooser {
  readonly #chooser: Chooser;
  readonly #memoryMs: number;
  #isWarm: boolean;
  #startMs: number | undefined;
  #floorSeq: number;

  constructor(chooser: Chooser, { fromBeginning, floorSeq, memoryMs }: WarmUp) {
    this.#chooser = chooser;
    this.#memoryMs = memoryMs;
    this.#isWarm = fromBeginning;
    this.#floorSeq = floorSeq;
  }

  /** Choices above this are those of every node. */
  get floorSeq(): number {
    return this.#floorSeq;
  }

  get toldSeq(): number {
    return Math.max(this.#floorSeq, this.#chooser.toldSeq);
  }

  get isWarm(): boolean {
    return this.#isWarm;
  }

  get flushAfterMs(): number | undefined {
    return this.#chooser.flushAfterMs;
  }

  get lateCount(): number {
    return this.#chooser.lateCount;
  }

  configure(settings: LimiterSettingsAt): void {
    this.#chooser.configure(settings);
  }

  /** Takes the room's next entry. @returns what is shown by now, in order; nothing while it warms up. */
  push({ entry, item }: PreparedEntry): RoomEntry[] {
    this.#startMs ??= item.atMs;
    this.#isWarm ||= item.atMs >= this.#startMs + this.#memoryMs;
    const shown = this.#chooser.push(entry, item);
    if (this.#isWarm) return this.#aboveFloor(shown);
    this.#floorSeq = entry.seq;
    return [];
  }

  /** Lets the limiter know of an event from before its start, without a choice. */
  prime({ entry, item }: PreparedEntry): void {
    this.#chooser.push(entry, item);
  }

  /** There is no more of the past to warm up with: what comes next is shown, warm or not. */
  settle(): void {
    this.#isWarm = true;
  }

  flush(): RoomEntry[] {
    return this.#aboveFloor(this.#chooser.flush());
  }

  #aboveFloor(entries: readonly RoomEntry[]): RoomEntry[] {
    return entries.filter(({ seq }) => seq > this.#floorSeq);
  }
}
