import {
  createRoomLimiter,
  type Decision,
  type LimiterItem,
  type LimiterSettingsAt,
  type RoomLimiter,
  windowItemsMax,
} from "@barrage/domain";
import { mergedEntry, type RoomEntry, skippedEntry } from "../events/room-entry.ts";

interface ChooserOptions {
  readonly room: string;
  readonly epoch: string;
  readonly settings: LimiterSettingsAt;
}

/** Events that were shed one by one and are not told yet, up to the one at `seq`. */
interface Untold {
  readonly count: number;
  readonly seq: number;
}

/**
 * The limiter at work on the entries of a room: it takes the log and gives what is shown of it. A chosen event keeps
 * its bytes, with `merged` behind it when it stands for several; what was shed is told by one `skipped` per run, at a
 * position of its own: so whoever is cut off anywhere, and resumes on any node, has every event exactly once, shown,
 * merged or counted.
 */
export class Chooser {
  readonly #options: Omit<ChooserOptions, "settings">;
  readonly #limiter: RoomLimiter;
  /** Entries that are not decided, by sequence. */
  readonly #waiting = new Map<number, RoomEntry>();
  #untold: Untold | undefined;
  #toldSeq = 0;

  constructor({ settings, ...options }: ChooserOptions) {
    this.#options = options;
    this.#limiter = createRoomLimiter(options.room, settings);
  }

  /** Everything up to here was given out, or told of. */
  get toldSeq(): number {
    return this.#toldSeq;
  }

  /** Whether a silence would be worth a {@link Chooser.flush}, and how long it has to be. */
  get flushAfterMs(): number | undefined {
    return this.#limiter.flushAfterMs ?? (this.#untold === undefined ? undefined : untoldMsMax);
  }

  get lateCount(): number {
    return this.#limiter.lateCount;
  }

  configure(settings: LimiterSettingsAt): void {
    this.#limiter.configure(settings);
  }

  /** Takes the room's next entry. @returns what is shown by now, in order. */
  push(entry: RoomEntry, item: LimiterItem): RoomEntry[] {
    // The limiter collects no more danmaku than this either, so it never chooses one that is not here.
    if (item.priority !== 3 || this.#waiting.size < windowItemsMax) this.#waiting.set(entry.seq, entry);
    return this.#limiter.push(item).flatMap((decision) => this.#apply(decision));
  }

  /** Decides what waits, and tells what is untold. For a room that has fallen silent. */
  flush(): RoomEntry[] {
    const shown = this.#limiter.flush().flatMap((decision) => this.#apply(decision));
    return [...shown, ...this.#tell()];
  }

  #apply({ untilSeq, total, shown }: Decision): RoomEntry[] {
    const shed = total - shown.reduce((sum, { count }) => sum + count, 0);
    const chosen = shown.flatMap(({ seq, count }) => {
      const entry = this.#waiting.get(seq);
      return entry === undefined ? [] : [this.#merged(entry, count)];
    });
    this.#forget(untilSeq);
    if (chosen.length === 0) {
      if (shed > 0) this.#untold = { count: (this.#untold?.count ?? 0) + shed, seq: untilSeq };
      else if (this.#untold === undefined) this.#toldSeq = untilSeq;
      return [];
    }
    const before = this.#tell();
    this.#toldSeq = untilSeq;
    if (shed === 0) return [...before, ...chosen];
    const seq = lastSeqNotOf(chosen, untilSeq);
    const skipped = this.#skipped({ count: shed, seq });
    return [...before, ...chosen, skipped].toSorted((left, right) => left.seq - right.seq);
  }

  #tell(): RoomEntry[] {
    const untold = this.#untold;
    if (untold === undefined) return [];
    this.#untold = undefined;
    this.#toldSeq = untold.seq;
    return [this.#skipped(untold)];
  }

  #merged(entry: RoomEntry, count: number): RoomEntry {
    return count > 1 ? mergedEntry(entry, { room: this.#options.room, count }) : entry;
  }

  #skipped(untold: Untold): RoomEntry {
    return skippedEntry({ ...this.#options, ...untold });
  }

  #forget(untilSeq: number): void {
    for (const seq of this.#waiting.keys()) {
      if (seq > untilSeq) return;
      this.#waiting.delete(seq);
    }
  }
}

/** What was shed in a window that is not crowded is told with the next event that is shown, or after so long. */
const untoldMsMax = 500;

/** The last place in a run at which no chosen entry stands. Where something was shed there is one. */
function lastSeqNotOf(chosen: readonly RoomEntry[], untilSeq: number): number {
  let free = untilSeq;
  for (const { seq } of chosen.toReversed()) {
    if (seq !== free) return free;
    free -= 1;
  }
  return free;
}
