import { S3Error } from "./s3-error.ts";

/** Bytes from `start` up to, not including, `end`. */
export type ByteRange = Readonly<{ start: number; end: number }>;

/**
 * The one range a GET asks for: `bytes=a-b`, `bytes=a-`, `bytes=-n`. Several ranges, or a header that isn't
 * understood, ask for the whole object (`undefined`), as in S3.
 * @throws S3Error `InvalidRange` when the range lies outside the object
 */
export function parseByteRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const start = first === "" ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  if (start >= end) {
    throw new S3Error("InvalidRange", undefined, { "content-range": `bytes */${sizeBytes}` });
  }
  return { start, end };
}
