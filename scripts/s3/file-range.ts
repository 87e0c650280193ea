import { closeSync, createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { ByteRange } from "./byte-range.ts";

/** A range of a file that is already open. */
export type FileRange = Readonly<{ path: string; fd: number; range: ByteRange }>;

/** Streams it, 64 KB at a time, and closes the file at its end or when the stream is destroyed. */
export function streamRange({ path, fd, range }: FileRange): Readable {
  if (range.start < range.end) return createReadStream(path, { fd, start: range.start, end: range.end - 1 });
  closeSync(fd);
  return Readable.from([]);
}
