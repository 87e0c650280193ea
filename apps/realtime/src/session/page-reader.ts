import type { LogPage, RoomLog } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { prepareEntry, type RoomEntry } from "../events/room-entry.ts";

/** The part of a room's log after a position. */
export interface Page {
  /** The events directly after the position, in order; none when the log ends there. */
  readonly entries: readonly RoomEntry[];
  /** Events after the position are gone: going on would be a silent gap. */
  readonly isTrimmed: boolean;
}

export interface PageReader {
  /** @throws AppError `log_unavailable`. */
  readonly readAfter: (seq: number) => Promise<Page>;
}

interface PageReaderDeps {
  readonly log: Pick<RoomLog, "readAfter" | "bounds" | "epoch">;
  readonly room: string;
  /** The epoch that the room is in now. */
  readonly epoch: () => string;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Told of each page that is really read. */
  readonly onRead: () => void;
}

interface StoredPage {
  readonly entries: readonly RoomEntry[];
  readonly complete: boolean;
  readonly firstSeq: number;
  readonly epoch: string;
}

interface CachedPage {
  readonly page: Promise<StoredPage>;
  readonly untilMs: number;
}

/** Viewers whose positions lie in the same stretch of the stream read the same page. Less than `pageEntries`. */
const alignment = 256;
const pageEntries = 512;
const pagesMax = 8;
/** Long enough for a crowd that reconnects together; a page at the log's end grows old at once. */
const pageAgeMs = 10_000;
const lastPageAgeMs = 500;

/**
 * Reads a room's log for viewers that resume from further back than the ring. A crowd that lost its node comes back
 * with nearly the same position: pages begin at aligned positions, so that it shares one read, one encoding and one
 * copy in memory.
 */
export function createPageReader({ log, room, epoch, now, onRead }: PageReaderDeps): PageReader {
  const cache = new Map<string, CachedPage>();

  async function read(afterSeq: number): Promise<StoredPage> {
    onRead();
    const readEpoch = epoch();
    const page: LogPage = await log.readAfter(room, { afterSeq, limit: pageEntries });
    // Asked afterwards: what was trimmed while we read counts as trimmed.
    const bounds = await log.bounds();
    if (bounds.epoch !== readEpoch) throw new AppError("log_unavailable");
    const entries = page.entries.flatMap((stored) => prepareEntry(readEpoch, stored)?.entry ?? []);
    return { entries, complete: page.complete, firstSeq: bounds.firstSeq, epoch: readEpoch };
  }

  function readShared(afterSeq: number): Promise<StoredPage> {
    const key = `${epoch()}-${afterSeq}`;
    const cached = cache.get(key);
    if (cached !== undefined && cached.untilMs > now()) return cached.page;
    const page = read(afterSeq);
    keep(key, { page, untilMs: now() + pageAgeMs });
    page.then(
      ({ complete }) => complete && replace(key, { page, untilMs: now() + lastPageAgeMs }),
      () => cache.delete(key),
    );
    return page;
  }

  function keep(key: string, cached: CachedPage): void {
    cache.delete(key);
    cache.set(key, cached);
    const [oldest] = cache.keys();
    if (cache.size > pagesMax && oldest !== undefined) cache.delete(oldest);
  }

  function replace(key: string, cached: CachedPage): void {
    if (cache.get(key)?.page === cached.page) cache.set(key, cached);
  }

  function cut(page: StoredPage, seq: number): Page {
    return { entries: page.entries.filter((entry) => entry.seq > seq), isTrimmed: seq + 1 < page.firstSeq };
  }

  return {
    async readAfter(seq) {
      const alignedSeq = seq - (seq % alignment);
      const shared = cut(await readShared(alignedSeq), seq);
      if (shared.entries.length > 0 || shared.isTrimmed) return shared;
      // A kept page that ends at the position may be older than the log's end.
      const fresh = cut(await read(seq), seq);
      return { ...fresh, isTrimmed: fresh.isTrimmed || fresh.entries.length === 0 };
    },
  };
}
