import { z } from "zod";

/** What every id of Barrage looks like: it is safe in a subject, a Redis key, a URL and a log line as it stands. */
export const idPattern = /^[0-9a-z]{8,32}$/;

/** An opaque id: 8–32 characters of `0-9a-z`. */
export const idSchema = z.string().regex(idPattern, "must be 8 to 32 characters of 0-9 and a-z");

/** True when `value` may be used as an id in a subject or a key. */
export function isId(value: string): boolean {
  return idPattern.test(value);
}
