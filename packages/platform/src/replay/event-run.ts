import type { ArchivedEvent } from "./archive-lines.ts";

/** Consecutive events of a room as they are stored, their JSON one after another in one buffer: no object for each. */
export interface EventRun {
  readonly bytes: Buffer;
  readonly seqs: Float64Array;
  /** Event `i` is the JSON from `starts[i]` up to, not including, `ends[i]`. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Some event has a line break between its tokens, which nothing of ours writes. */
  readonly hasBreaks: boolean;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Puts events, as the log gives them, into one buffer. */
export function eventRunOf(events: readonly ArchivedEvent[]): EventRun {
  const bytes = Buffer.concat(events.map(({ json }) => json));
  const starts = new Uint32Array(events.length);
  const ends = new Uint32Array(events.length);
  let end = 0;
  for (const [index, { json }] of events.entries()) {
    starts[index] = end;
    end += json.length;
    ends[index] = end;
  }
  const hasBreaks = bytes.includes(lineFeed) || bytes.includes(carriageReturn);
  return { bytes, seqs: Float64Array.from(events, ({ seq }) => seq), starts, ends, hasBreaks };
}

/** The events of a run, one by one. */
export function* eventsOf({ bytes, seqs, starts, ends }: EventRun): Generator<ArchivedEvent> {
  for (const [index, seq] of seqs.entries()) yield { seq, json: bytes.subarray(starts[index], ends[index]) };
}
