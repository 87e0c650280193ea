import { createRoomLimiter, type Decision, type LimiterSettings, type RoomLimiter } from "@barrage/domain";
import type { RoomMoment } from "@barrage/protocol";
import type { RoomEntry } from "../events/room-entry.ts";
import { momentAfter, type ReplayEvent } from "./replay-page.ts";
import type { SessionTimeline, TimelineBlock } from "./session-timeline.ts";

/** What a viewer gets at a moment. */
export interface ReplayItem {
  readonly logMs: number;
  readonly seq: number;
  readonly entry: RoomEntry;
  /** For how many events that said the same it stands. */
  readonly count: number;
  /** So many were not shown just before it, the last one at `seq`. */
  readonly skipped: SkippedRun | undefined;
  /** The message that it is, if it is one that may be deleted. */
  readonly messageId: string | undefined;
}

interface SkippedRun {
  readonly count: number;
  readonly seq: number;
}

/** Where a replay goes on: behind an event, at a moment, with the room as it was. */
export interface ReplayPlace {
  readonly afterSeq: number;
  readonly logMs: number;
  readonly state: RoomMoment;
}

/** Moments before the first shown choice that the limiter must have seen: two seconds and its longest window. */
const memoryMs = 3_000;

/**
 * Finds a place in a session. A moment beyond the end is the end.
 * @throws AppError `replay_unavailable`; `log_unavailable`.
 */
export async function findPlace(
  timeline: SessionTimeline,
  wanted: { readonly logMs: number } | { readonly afterSeq: number },
): Promise<ReplayPlace> {
  const isBehind = ({ seq, logMs }: { readonly seq: number; readonly logMs: number }): boolean =>
    "logMs" in wanted ? logMs >= wanted.logMs : seq > wanted.afterSeq;
  const found = await timeline.find(({ lastSeq, toMs }) => isBehind({ seq: lastSeq, logMs: toMs }));
  const block = timeline.block(found) ?? timeline.block(timeline.count - 1);
  const { startedAtMs, firstSeq } = timeline.index;
  if (block === undefined) {
    return { afterSeq: firstSeq - 1, logMs: startedAtMs, state: { viewers: 0, lotteries: [] } };
  }
  const { events } = await block.load();
  const end = events.findIndex(isBehind);
  const before = end < 0 ? events : events.slice(0, end);
  const last = before.at(-1);
  return {
    afterSeq: last?.seq ?? block.afterSeq,
    logMs: "logMs" in wanted && end >= 0 ? wanted.logMs : (last?.logMs ?? block.fromMs),
    state: momentAfter(block.state, before),
  };
}

/** Walks over a session from a place and gives what is shown, page by page. */
export class ItemSource {
  readonly #timeline: SessionTimeline;
  readonly #limiter: RoomLimiter | undefined;
  /** What the limiter has not decided. */
  #undecided = new Map<number, ReplayEvent>();
  #untold: SkippedRun | undefined;
  #readSeq: number;

  private constructor(timeline: SessionTimeline, limiter: RoomLimiter | undefined, readSeq: number) {
    this.#timeline = timeline;
    this.#limiter = limiter;
    this.#readSeq = readSeq;
  }

  /** Opens one; with `settings`, what is shown is what was shown live. */
  static async open(
    timeline: SessionTimeline,
    place: ReplayPlace,
    settings: LimiterSettings | undefined,
  ): Promise<ItemSource> {
    if (settings === undefined) return new ItemSource(timeline, undefined, place.afterSeq);
    const limiter = createRoomLimiter(timeline.index.room, settings);
    const source = new ItemSource(timeline, limiter, place.afterSeq);
    await source.#warmUp(place);
    return source;
  }

  /** Everything up to here was given out or told of, or waits for what comes next. */
  get readSeq(): number {
    return this.#readSeq;
  }

  /** The items of the next page, maybe none of them; undefined at the end of what is there now. */
  async next(): Promise<readonly ReplayItem[] | undefined> {
    const block = await this.#nextBlock();
    if (block === undefined) return undefined;
    const { events } = await block.load();
    const fresh = events.filter(({ seq }) => seq > this.#readSeq);
    this.#readSeq = Math.max(this.#readSeq, block.lastSeq);
    return this.#limiter === undefined ? fresh.map(wholeItem) : this.#limit(fresh, this.#limiter);
  }

  /** Loads the next pages, so that they are there when they are due. */
  prefetch(count: number): void {
    const first = this.#knownPosition();
    for (let position = first; position < first + count; position++) {
      // Whoever needs it meets the fault again.
      this.#timeline
        .block(position)
        ?.load()
        .catch(() => undefined);
    }
  }

  /** What waits for a decision, at the end of all there is. */
  flush(): readonly ReplayItem[] {
    const limiter = this.#limiter;
    if (limiter === undefined) return [];
    return limiter.flush().flatMap((decision) => this.#apply(decision));
  }

  /** What is shed and was not told of, at the end of all there is. */
  takeUntold(): SkippedRun | undefined {
    const untold = this.#untold;
    this.#untold = undefined;
    return untold;
  }

  #knownBlock(): TimelineBlock | undefined {
    return this.#timeline.block(this.#knownPosition());
  }

  #knownPosition(): number {
    for (let position = 0; ; position++) {
      const block = this.#timeline.block(position);
      if (block === undefined || block.lastSeq > this.#readSeq) return position;
    }
  }

  async #nextBlock(): Promise<TimelineBlock | undefined> {
    for (;;) {
      const block = this.#knownBlock();
      if (block !== undefined) return block;
      if (!(await this.#timeline.extend())) return this.#knownBlock();
    }
  }

  async #warmUp(place: ReplayPlace): Promise<void> {
    const startMs = place.logMs - memoryMs;
    const first = await this.#timeline.find(
      ({ toMs, lastSeq }) => toMs >= startMs || lastSeq > place.afterSeq,
    );
    for (let position = first; ; position++) {
      const block = this.#timeline.block(position);
      if (block === undefined || block.afterSeq >= place.afterSeq) return;
      if (position === first) {
        // How long a window is depends on the viewers, who were counted before.
        const item = {
          seq: block.afterSeq,
          atMs: block.fromMs,
          priority: 4,
          senderId: "",
          text: "",
        } as const;
        this.#limiter?.push({ ...item, viewers: block.state.viewers });
      }
      const { events } = await block.load();
      for (const event of events) {
        if (event.seq > place.afterSeq) return;
        this.#limiter?.push(event.item);
      }
    }
  }

  #limit(events: readonly ReplayEvent[], limiter: RoomLimiter): ReplayItem[] {
    return events.flatMap((event) => {
      this.#undecided.set(event.seq, event);
      return limiter.push(event.item).flatMap((decision) => this.#apply(decision));
    });
  }

  #apply({ untilSeq, total, shown }: Decision): ReplayItem[] {
    const items = shown.flatMap(({ seq, count }): ReplayItem[] => {
      const event = this.#undecided.get(seq);
      if (event === undefined) return [];
      const skipped = this.#untold;
      this.#untold = undefined;
      return [{ ...wholeItem(event), count, skipped }];
    });
    let decided = 0;
    for (const seq of this.#undecided.keys()) {
      if (seq > untilSeq) break;
      this.#undecided.delete(seq);
      decided += 1;
    }
    // Of a window that began before the place, only what came after it is told of.
    const shed = Math.min(total, decided) - shown.reduce((sum, { count }) => sum + count, 0);
    if (shed > 0) this.#untold = { count: (this.#untold?.count ?? 0) + shed, seq: untilSeq };
    return items;
  }
}

function wholeItem({ logMs, seq, entry, messageId }: ReplayEvent): ReplayItem {
  return { logMs, seq, entry, messageId, count: 1, skipped: undefined };
}
