import { gunzipSync } from "bun";
import { continueChain } from "./archive-chain.ts";
import type { ArchiveBlock } from "./archive-index.ts";
import { type ArchivedEvent, decodeArchiveLine, splitArchiveLines } from "./archive-lines.ts";

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

/**
 * The events of a block, checked against the chain.
 * @throws ArchiveDamagedError when a single bit differs from what was archived.
 */
export function readBlock({ block, bytes, chainBefore }: BlockBytes): readonly ArchivedEvent[] {
  try {
    const chain = continueChain(chainBefore);
    const events: ArchivedEvent[] = [];
    for (const line of splitArchiveLines(gunzipSync(new Uint8Array(bytes)))) {
      chain.add(line);
      events.push(decodeArchiveLine(line));
    }
    if (chain.hex === block.chain && events.length === block.events) return events;
  } catch (error) {
    throw new ArchiveDamagedError(`the events after ${block.afterSeq} can't be read`, { cause: error });
  }
  throw new ArchiveDamagedError(`the events after ${block.afterSeq} do not fit the chain`);
}
