import type { BlobStore } from "@barrage/platform";

/** A run of a part's bytes. */
export interface PartRange {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** Where a block lies: its own bytes, and the larger run that is fetched at once when much is wanted. */
export interface BlockPlace {
  readonly own: PartRange;
  readonly span: PartRange;
}

/** Reads archived blocks: each by a request of its own, or out of what was read ahead. */
export interface ArchiveBytes {
  /** The bytes of one block; undefined when its part is missing. @throws what the store throws */
  read(place: BlockPlace): Promise<Uint8Array | undefined>;
  /** Has a whole span on its way, for those who read on at full speed. */
  readAhead(span: PartRange): void;
}

interface Kept {
  readonly bytes: Promise<Uint8Array | undefined>;
  readonly size: number;
}

/** A request costs about as much as a megabyte: at full speed so much is asked for at once. */
export const spanBytes = 1_048_576;

/** Keeps the spans that were used last, up to `bytesMax`. */
export function createArchiveBytes(blobs: Pick<BlobStore, "get">, bytesMax: number): ArchiveBytes {
  const spans = new Map<string, Kept>();
  let held = 0;

  const nameOf = ({ key, start }: PartRange): string => `${key}@${start}`;
  const fetchRange = ({ key, start, end }: PartRange) => blobs.get(key, { start, end });

  function drop(name: string, kept: Kept): void {
    if (spans.get(name) !== kept) return;
    spans.delete(name);
    held -= kept.size;
  }

  return {
    async read({ own, span }) {
      const name = nameOf(span);
      const kept = spans.get(name);
      if (kept === undefined) return await fetchRange(own);
      spans.delete(name);
      spans.set(name, kept);
      const bytes = await kept.bytes;
      return bytes?.subarray(own.start - span.start, own.end - span.start);
    },
    readAhead(span) {
      const name = nameOf(span);
      if (spans.has(name)) return;
      const kept: Kept = { bytes: fetchRange(span), size: span.end - span.start };
      spans.set(name, kept);
      held += kept.size;
      // Whoever needs it meets the fault; whoever comes later asks again.
      kept.bytes.catch(() => drop(name, kept));
      for (const [oldName, old] of spans) {
        if (held <= bytesMax || old === kept) return;
        drop(oldName, old);
      }
    },
  };
}
