/** What a recording may be: what browsers record, and what they play. */
export const recordingContentTypes = ["video/webm", "video/mp4"] as const;

/** What a recording may be. */
export type RecordingContentType = (typeof recordingContentTypes)[number];

/** Why a recording failed. */
export const recordingFaults = [
  /** Its host gave it up. */
  "aborted",
  /** Nothing was uploaded for a day. */
  "expired",
  /** The bytes are not what the content type says. */
  "wrong_type",
  /** What the store put together is not as long as what was uploaded. */
  "wrong_size",
  /** There is no picture in it that could be played. */
  "unplayable",
  /** The store has lost the upload. */
  "upload_lost",
] as const;

/** Why a recording failed. */
export type RecordingFault = (typeof recordingFaults)[number];

/** No recording is larger: some nine hours at 5 Mbit/s. */
export const recordingBytesMax = 20_000_000_000;

/** The smallest part that S3 takes, but for the last one: with it a running recording loses least when it is cut off. */
export const recordingPartBytesMin = 5 * 1_024 ** 2;

const filePartBytes = 16 * 1_024 ** 2;

/** How an upload is cut. `bytes` is null while it is still being recorded. */
export interface UploadPlan {
  readonly partBytes: number;
  readonly bytes: number | null;
}

/** One part of an upload; numbers begin with 1. */
export interface PartSize {
  readonly number: number;
  readonly bytes: number;
}

/** How large the parts of an upload are; the last one may be smaller. */
export function partBytesOf(bytes: number | null): number {
  return bytes === null ? recordingPartBytesMin : filePartBytes;
}

/** How many parts there are, or, while it is still being recorded, may be. */
export function partCountOf({ partBytes, bytes }: UploadPlan): number {
  return Math.ceil((bytes ?? recordingBytesMax) / partBytes);
}

/** What is wrong with a part, in words for the caller; undefined: nothing. */
export function partFaultOf(plan: UploadPlan, part: PartSize): string | undefined {
  const count = partCountOf(plan);
  if (part.number > count) return `there is no part ${part.number}: the last one is ${count}`;
  if (plan.bytes !== null) {
    const expected = part.number < count ? plan.partBytes : plan.bytes - (count - 1) * plan.partBytes;
    return part.bytes === expected ? undefined : `part ${part.number} has ${expected} bytes`;
  }
  return part.bytes <= plan.partBytes ? undefined : `part ${part.number} has at most ${plan.partBytes} bytes`;
}

/** What an upload is said to be when it is completed. */
export interface UploadTotal {
  readonly parts: number;
  readonly bytes: number;
}

/**
 * What keeps an upload from being whole, in words for the caller; empty: nothing.
 * @param stored what the store holds, by number
 */
export function uploadFaultsOf(stored: readonly PartSize[], total: UploadTotal): readonly string[] {
  const byNumber = new Map(stored.map((part) => [part.number, part.bytes]));
  const numbers = Array.from({ length: total.parts }, (_, index) => index + 1);
  const missing = numbers.filter((number) => !byNumber.has(number));
  if (missing.length > 0) {
    const shown = missing.slice(0, 20).join(", ");
    return [`missing parts: ${shown}${missing.length > 20 ? " and more" : ""}`];
  }
  const small = numbers.slice(0, -1).filter((number) => (byNumber.get(number) ?? 0) < recordingPartBytesMin);
  if (small.length > 0) return [`too small for a part in the middle: ${small.slice(0, 20).join(", ")}`];
  const bytes = numbers.reduce((sum, number) => sum + (byNumber.get(number) ?? 0), 0);
  return bytes === total.bytes ? [] : [`the parts have ${bytes} bytes, not ${total.bytes}`];
}
