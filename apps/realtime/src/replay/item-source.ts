import { limiterMemoryMs } from "@barrage/domain";
import type { RoomMoment } from "@barrage/protocol";
import { ReplayChooser, type SettingsOf } from "./replay-chooser.ts";
import { momentAfter } from "./replay-page.ts";
import type { SessionTimeline } from "./session-timeline.ts";
import { chosenStretch, type SkippedRun, type Stretch, wholeStretch } from "./stretch.ts";
import type { TimelineBlock } from "./timeline-block.ts";

/** Where a replay goes on: behind an event, at a moment, with the room as it was. */
export interface ReplayPlace {
  readonly afterSeq: number;
  readonly logMs: number;
  readonly state: RoomMoment;
}

/**
 * Finds a place in a session. A moment beyond the end is the end.
 * @throws AppError `replay_unavailable`; `log_unavailable`.
 */
export async function findPlace(
  timeline: SessionTimeline,
  wanted: { readonly logMs: number } | { readonly afterSeq: number },
): Promise<ReplayPlace> {
  const isBehind = (seq: number, logMs: number): boolean =>
    "logMs" in wanted ? logMs >= wanted.logMs : seq > wanted.afterSeq;
  const found = await timeline.find(({ lastSeq, toMs }) => isBehind(lastSeq, toMs));
  const block = timeline.block(found) ?? timeline.block(timeline.count - 1);
  const { startedAtMs, firstSeq } = timeline.index;
  if (block === undefined) {
    return { afterSeq: firstSeq - 1, logMs: startedAtMs, state: { viewers: 0, lotteries: [] } };
  }
  const page = await block.load();
  const end = page.seqs.findIndex((seq, index) => isBehind(seq, page.logMs[index] ?? 0));
  const last = (end < 0 ? page.length : end) - 1;
  return {
    afterSeq: page.seqs[last] ?? block.afterSeq,
    logMs: "logMs" in wanted && end >= 0 ? wanted.logMs : (page.logMs[last] ?? block.fromMs),
    state: momentAfter(block.state, page, last + 1),
  };
}

/** Walks over a session from a place and gives what is shown, page by page. */
export class ItemSource {
  readonly #timeline: SessionTimeline;
  readonly #chooser: ReplayChooser | undefined;
  #readSeq: number;

  private constructor(timeline: SessionTimeline, chooser: ReplayChooser | undefined, readSeq: number) {
    this.#timeline = timeline;
    this.#chooser = chooser;
    this.#readSeq = readSeq;
  }

  /** Opens one; with `settingsOf`, what is shown is what was shown live. */
  static async open(
    timeline: SessionTimeline,
    place: ReplayPlace,
    settingsOf: SettingsOf | undefined,
  ): Promise<ItemSource> {
    const chooser = settingsOf && (await warmChooser(timeline, place, settingsOf));
    return new ItemSource(timeline, chooser, place.afterSeq);
  }

  /** Everything up to here was given out or told of, or waits for what comes next. */
  get readSeq(): number {
    return this.#readSeq;
  }

  /** What is shown of the next page, maybe nothing; undefined at the end of what is there now. */
  async next(): Promise<Stretch | undefined> {
    const block = await this.#nextBlock();
    if (block === undefined) return undefined;
    const page = await block.load();
    const found = page.seqs.findIndex((seq) => seq > this.#readSeq);
    const first = found < 0 ? page.length : found;
    this.#readSeq = Math.max(this.#readSeq, block.lastSeq);
    if (this.#chooser === undefined) return wholeStretch(page, first);
    return chosenStretch(this.#timeline.index.room, this.#chooser.push(page, first));
  }

  /** Loads the next page, so that it is there when it is due; at full speed, has much more on its way. */
  prefetch(isFullSpeed: boolean): void {
    const position = this.#timeline.positionAfter(this.#readSeq);
    if (isFullSpeed) this.#timeline.readAhead(position);
    // Whoever needs it meets the fault again.
    this.#timeline
      .block(position)
      ?.load()
      .catch(() => undefined);
  }

  /** What waits for a decision, at the end of all there is. */
  flush(): Stretch {
    return chosenStretch(this.#timeline.index.room, this.#chooser?.flush() ?? []);
  }

  /** What is shed and was not told of, at the end of all there is. */
  takeUntold(): SkippedRun | undefined {
    return this.#chooser?.takeUntold();
  }

  #knownBlock(): TimelineBlock | undefined {
    return this.#timeline.block(this.#timeline.positionAfter(this.#readSeq));
  }

  async #nextBlock(): Promise<TimelineBlock | undefined> {
    for (;;) {
      const block = this.#knownBlock();
      if (block !== undefined) return block;
      if (!(await this.#timeline.extend())) return this.#knownBlock();
    }
  }
}

/** A chooser that has seen what a limiter remembers, with the limits that held then. */
async function warmChooser(
  timeline: SessionTimeline,
  place: ReplayPlace,
  settingsOf: SettingsOf,
): Promise<ReplayChooser> {
  const { room } = timeline.index;
  const startMs = place.logMs - limiterMemoryMs(settingsOf(place.state.limits)(place.logMs));
  const first = await timeline.find(({ toMs, lastSeq }) => toMs >= startMs || lastSeq > place.afterSeq);
  const begin = timeline.block(first);
  const chooser = new ReplayChooser(room, begin?.state.limits, settingsOf);
  if (begin !== undefined && begin.afterSeq < place.afterSeq) {
    chooser.prime(begin.afterSeq, begin.fromMs, begin.state.viewers);
  }
  for (let position = first; ; position++) {
    const block = timeline.block(position);
    if (block === undefined || block.afterSeq >= place.afterSeq) return chooser;
    const page = await block.load();
    const end = page.seqs.findIndex((seq) => seq > place.afterSeq);
    chooser.warmUp(page, end < 0 ? page.length : end);
  }
}
