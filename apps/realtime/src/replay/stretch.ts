import { Batch, type EncodedBatch } from "../events/batch.ts";
import type { RoomEntry } from "../events/room-entry.ts";
import type { EventRange } from "./page-encoding.ts";
import type { ReplayEvent, ReplayPage } from "./replay-page.ts";

/** So many events were not shown, the last one at `seq`. */
export interface SkippedRun {
  readonly count: number;
  readonly seq: number;
}

/** What is written at once. */
export type Piece =
  | { readonly kind: "events"; readonly batch: EncodedBatch }
  | { readonly kind: "skipped"; readonly run: SkippedRun }
  | { readonly kind: "merged"; readonly entry: RoomEntry; readonly count: number };

/** Who may not be shown any more: undefined when nobody is. */
export type IsHidden = ((messageId: string | undefined) => boolean) | undefined;

/** What is shown next, in the order of the log. */
export interface Stretch {
  readonly length: number;
  logMsAt(index: number): number;
  seqAt(index: number): number;
  /** What to write for those from `from` up to, not including, `to`. */
  pieces(range: EventRange, isHidden: IsHidden): Iterable<Piece>;
}

/** Events of a page, all of them from one on. */
export function wholeStretch(page: ReplayPage, first: number): Stretch {
  return {
    length: page.length - first,
    logMsAt: (index) => page.logMs[first + index] ?? 0,
    seqAt: (index) => page.seqs[first + index] ?? 0,
    *pieces({ from, to }, isHidden) {
      let start = first + from;
      const end = first + to;
      const hidden = isHidden === undefined ? [] : hiddenIn(page, { from: start, to: end }, isHidden);
      for (const index of hidden) {
        if (index > start) yield { kind: "events", batch: page.batch({ from: start, to: index }) };
        start = index + 1;
      }
      if (end > start) yield { kind: "events", batch: page.batch({ from: start, to: end }) };
    },
  };
}

/** An event that the limiter chose. */
export interface ChosenEvent {
  readonly event: ReplayEvent;
  /** For how many events that said the same it stands. */
  readonly count: number;
  /** What was not shown just before it. */
  readonly skipped: SkippedRun | undefined;
}

/** Events that the limiter chose. */
export function chosenStretch(room: string, chosen: readonly ChosenEvent[]): Stretch {
  return {
    length: chosen.length,
    logMsAt: (index) => chosen[index]?.event.logMs ?? 0,
    seqAt: (index) => chosen[index]?.event.seq ?? 0,
    *pieces({ from, to }, isHidden) {
      let entries: RoomEntry[] = [];
      const gathered = function* (): Generator<Piece> {
        if (entries.length > 0) yield { kind: "events", batch: new Batch({ room, entries }) };
        entries = [];
      };
      for (const { event, count, skipped } of chosen.slice(from, to)) {
        if (skipped !== undefined) {
          yield* gathered();
          yield { kind: "skipped", run: skipped };
        }
        if (isHidden?.(event.messageId) === true) continue;
        entries.push(event.entry);
        if (count === 1) continue;
        yield* gathered();
        yield { kind: "merged", entry: event.entry, count };
      }
      yield* gathered();
    },
  };
}

function hiddenIn(
  page: ReplayPage,
  { from, to }: EventRange,
  isHidden: (messageId: string | undefined) => boolean,
): number[] {
  const hidden: number[] = [];
  for (let index = from; index < to; index++) if (isHidden(page.messageId(index))) hidden.push(index);
  return hidden;
}
