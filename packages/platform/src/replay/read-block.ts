import { gunzipSync } from "bun";
import { continueChain } from "./archive-chain.ts";
import type { ArchiveBlock } from "./archive-index.ts";
import { readArchiveLine } from "./archive-lines.ts";
import type { EventRun } from "./event-run.ts";

/** An archive is not what was written. */
export class ArchiveDamagedError extends Error {
  override readonly name = "ArchiveDamagedError";
}

interface BlockBytes {
  readonly block: ArchiveBlock;
  /** The block's bytes of its part. */
  readonly bytes: Uint8Array;
  /** The chain before its first event. */
  readonly chainBefore: string;
}

const lineFeed = 0x0a;

/**
 * The events of a block, checked against the chain.
 * @throws ArchiveDamagedError when a single bit differs from what was archived.
 */
export function readBlock(source: BlockBytes): EventRun {
  const { block } = source;
  try {
    const read = readLines(source);
    if (read !== undefined) return read;
  } catch (error) {
    throw new ArchiveDamagedError(`the events after ${block.afterSeq} can't be read`, { cause: error });
  }
  throw new ArchiveDamagedError(`the events after ${block.afterSeq} do not fit the chain`);
}

/** @returns undefined when the lines are not those that were archived */
function readLines({ block, bytes: compressed, chainBefore }: BlockBytes): EventRun | undefined {
  const inflated = gunzipSync(new Uint8Array(compressed));
  const bytes = Buffer.from(inflated.buffer, inflated.byteOffset, inflated.length);
  const chain = continueChain(chainBefore);
  const seqs = new Float64Array(block.events);
  const starts = new Uint32Array(block.events);
  const ends = new Uint32Array(block.events);
  let hasBreaks = false;
  let count = 0;
  for (let lineStart = 0; lineStart < bytes.length; count++) {
    const lineEnd = bytes.indexOf(lineFeed, lineStart) + 1;
    if (lineEnd === 0 || count === block.events) return undefined;
    chain.addRun(bytes, lineStart, lineEnd);
    const line = readArchiveLine(bytes, lineStart, lineEnd);
    seqs[count] = line.seq;
    starts[count] = line.start;
    ends[count] = line.end;
    hasBreaks ||= line.isEncoded;
    lineStart = lineEnd;
  }
  const isWhole = chain.hex === block.chain && count === block.events;
  return isWhole ? { bytes, seqs, starts, ends, hasBreaks } : undefined;
}
