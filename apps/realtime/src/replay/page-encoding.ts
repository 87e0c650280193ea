const encoder = new TextEncoder();
const zero = 0x30;

/** What a frame of an event is put together from. */
interface FrameParts {
  readonly bytes: Buffer;
  readonly seqs: Float64Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** What stands around the digits of an event's sequence and around its JSON. */
interface Frame {
  readonly head: Uint8Array;
  readonly middle: Uint8Array;
  readonly tail: Uint8Array;
}

/** The events from `from` up to, not including, `to`. */
export interface EventRange {
  readonly from: number;
  readonly to: number;
}

const sequenceDigitsMax = 16;

/** An event's SSE frame, as `encodeSseEvent` of the protocol makes it. */
export const sseFrame = (epoch: string): Frame => ({
  head: encoder.encode(`id: ${epoch}-`),
  middle: encoder.encode("\ndata: "),
  tail: encoder.encode("\n\n"),
});

/** An event in a WebSocket batch, as `encodeWsBatch` of the protocol makes it, with a comma behind it. */
export const wsFrame = (epoch: string): Frame => ({
  head: encoder.encode(`{"cursor":"${epoch}-`),
  middle: encoder.encode('","event":'),
  tail: encoder.encode("},"),
});

/**
 * Writes the frames of many events at once, JSON as it is stored: one allocation for all of them. At full speed this is
 * most of what a replay does, so the digits are written here and not by a string.
 */
export function encodeFrames(
  { bytes, seqs, starts, ends }: FrameParts,
  { from, to }: EventRange,
  { head, middle, tail }: Frame,
): Buffer {
  const around = head.length + sequenceDigitsMax + middle.length + tail.length;
  let size = (to - from) * around;
  for (let index = from; index < to; index++) size += (ends[index] ?? 0) - (starts[index] ?? 0);
  const out = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (let index = from; index < to; index++) {
    out.set(head, at);
    at = writeDigits(out, at + head.length, seqs[index] ?? 0);
    out.set(middle, at);
    at += middle.length;
    at += bytes.copy(out, at, starts[index], ends[index]);
    out.set(tail, at);
    at += tail.length;
  }
  return out.subarray(0, at);
}

/** @returns where the digits end */
function writeDigits(out: Buffer, start: number, value: number): number {
  let end = start + 1;
  for (let power = 10; power <= value; power *= 10) end += 1;
  let left = value;
  for (let at = end - 1; at >= start; at--) {
    const rest = Math.floor(left / 10);
    out[at] = zero + left - rest * 10;
    left = rest;
  }
  return end;
}
