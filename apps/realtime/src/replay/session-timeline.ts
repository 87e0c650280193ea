import { emptyMoment } from "@barrage/domain";
import {
  type ArchiveBlock,
  ArchiveDamagedError,
  type ArchiveIndex,
  type BlobStore,
  type LogEntry,
  type Logger,
  type RoomLog,
  readBlock,
} from "@barrage/platform";
import { AppError, type RoomMoment } from "@barrage/protocol";
import type { PageCache } from "./page-cache.ts";
import { createReplayPage, momentAfter, type ReplayPage } from "./replay-page.ts";

/** A run of a session's events: where it lies and how the room was before it. Its events are loaded when needed. */
export interface TimelineBlock {
  readonly afterSeq: number;
  readonly lastSeq: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: RoomMoment;
  readonly load: () => Promise<ReplayPage>;
}

export interface TimelineDeps {
  readonly log: Pick<RoomLog, "readAfter" | "epoch">;
  readonly blobs: Pick<BlobStore, "get">;
  readonly pages: PageCache;
  readonly logger: Logger;
}

/** What is read from the log at once, and how it is cut into blocks. */
const scanEntries = 4_096;
const blockEntries = 512;

/**
 * A session from its first event to its last, or to now: what is archived comes from the object store, the rest from
 * the log, and whoever walks over the blocks does not see where one ends and the other begins. One of these is shared
 * by all viewers of the session; it holds where things are, and no events.
 */
export class SessionTimeline {
  readonly #deps: TimelineDeps;
  #index: ArchiveIndex;
  #archived: readonly TimelineBlock[];
  #logged: TimelineBlock[] = [];
  #deleted: ReadonlySet<string>;
  /** The log was read up to here, the room then was so, and the time of the log this. */
  #scan: { seq: number; state: RoomMoment; logMs: number } | undefined;
  #scanning: Promise<boolean> | undefined;

  constructor(index: ArchiveIndex, deps: TimelineDeps) {
    this.#deps = deps;
    this.#index = index;
    this.#archived = archivedBlocks(index, deps);
    this.#deleted = new Set(index.deleted);
  }

  get index(): ArchiveIndex {
    return this.#index;
  }

  get count(): number {
    return this.#archived.length + this.#logged.length;
  }

  /** Whether everybody has been told that a message is not to be seen. */
  isDeleted(messageId: string | undefined): boolean {
    return messageId !== undefined && this.#deleted.has(messageId);
  }

  block(position: number): TimelineBlock | undefined {
    return this.#archived[position] ?? this.#logged[position - this.#archived.length];
  }

  /** Takes a newer index. Blocks that were read from the log stay until the archive has them. */
  update(index: ArchiveIndex): void {
    if (index.archivedSeq !== this.#index.archivedSeq) {
      this.#archived = archivedBlocks(index, this.#deps);
      // A block that is half archived can't be cut: what follows is read again.
      const isWhole = this.#logged.every(
        ({ afterSeq, lastSeq }) => lastSeq <= index.archivedSeq || afterSeq >= index.archivedSeq,
      );
      this.#logged = isWhole ? this.#logged.filter(({ afterSeq }) => afterSeq >= index.archivedSeq) : [];
      if (!isWhole || (this.#scan?.seq ?? 0) < index.archivedSeq) this.#scan = undefined;
    }
    this.#index = index;
    this.#deleted = new Set(index.deleted);
  }

  /**
   * The first block with an event at or after a moment (or behind a sequence), reading on where it is not known yet.
   * @returns the number of blocks when there is none
   */
  async find(isReached: (block: TimelineBlock) => boolean): Promise<number> {
    let position = 0;
    for (;;) {
      for (let block = this.block(position); block !== undefined; block = this.block(position)) {
        if (isReached(block)) return position;
        position += 1;
      }
      if (!(await this.extend())) return this.count;
      // The index may have changed meanwhile, and with it the numbers.
      position = Math.min(position, Math.max(0, this.count - 1));
    }
  }

  /** Reads on in the log. @returns false when there is nothing more now. @throws AppError `log_unavailable`. */
  async extend(): Promise<boolean> {
    this.#scanning ??= this.#scanOn().finally(() => {
      this.#scanning = undefined;
    });
    return await this.#scanning;
  }

  async #scanOn(): Promise<boolean> {
    const { room, epoch, endSeq, archivedSeq } = this.#index;
    const untilSeq = endSeq ?? Number.POSITIVE_INFINITY;
    if (archivedSeq >= untilSeq || this.#deps.log.epoch() !== epoch) return false;
    const scan = { ...(this.#scan ?? (await this.#scanStart())) };
    if (scan.seq >= untilSeq) return false;
    const { entries } = await this.#deps.log.readAfter(room, { afterSeq: scan.seq, limit: scanEntries });
    const mine = entries.filter(({ seq }) => seq <= untilSeq);
    const found: TimelineBlock[] = [];
    for (let start = 0; start < mine.length; start += blockEntries) {
      found.push(await this.#logBlock(scan, mine.slice(start, start + blockEntries)));
    }
    // A newer index may have come while we read: then what we found may overlap with what it brought.
    if (this.#index.archivedSeq !== archivedSeq) return true;
    this.#logged.push(...found);
    this.#scan = scan;
    return mine.length > 0;
  }

  async #scanStart() {
    const last = this.#archived.at(-1);
    if (last === undefined) return { seq: this.#index.firstSeq - 1, state: emptyMoment, logMs: 0 };
    const { events } = await last.load();
    return { seq: this.#index.archivedSeq, state: momentAfter(last.state, events), logMs: last.toMs };
  }

  async #logBlock(
    scan: { seq: number; state: RoomMoment; logMs: number },
    entries: readonly LogEntry[],
  ): Promise<TimelineBlock> {
    const { room, session, epoch } = this.#index;
    const { log, pages } = this.#deps;
    const [afterSeq, lastSeq, before] = [scan.seq, entries.at(-1)?.seq ?? scan.seq, scan.state];
    const key = `${session}-log-${afterSeq}`;
    const knownMs = scan.logMs;
    const page = await pages.get(key, async () => createReplayPage(epoch, entries, knownMs));
    const fromMs = page.events[0]?.logMs ?? knownMs;
    const load = () =>
      pages.get(key, async () => {
        const again = await log.readAfter(room, { afterSeq, limit: entries.length });
        const same = again.entries.filter(({ seq }) => seq <= lastSeq);
        // It has left the log: the archive has it by now, and the index will say so.
        if (same.length < entries.length) throw new AppError("replay_unavailable");
        return createReplayPage(epoch, same, fromMs);
      });
    scan.seq = lastSeq;
    scan.logMs = page.events.at(-1)?.logMs ?? knownMs;
    scan.state = momentAfter(before, page.events);
    return { afterSeq, lastSeq, fromMs, toMs: scan.logMs, state: before, load };
  }
}

function archivedBlocks(index: ArchiveIndex, deps: TimelineDeps): TimelineBlock[] {
  return index.parts.flatMap(({ key, chainBefore, blocks }) =>
    blocks.map((block, position): TimelineBlock => {
      const before = blocks[position - 1]?.chain ?? chainBefore;
      const { afterSeq, lastSeq, fromMs, toMs, state } = block;
      const load = () =>
        deps.pages.get(`${index.session}-s3-${afterSeq}`, () =>
          loadArchived(deps, { index, key, block, chainBefore: before }),
        );
      return { afterSeq, lastSeq, fromMs, toMs, state, load };
    }),
  );
}

interface ArchivedPlace {
  readonly index: ArchiveIndex;
  readonly key: string;
  readonly block: ArchiveBlock;
  readonly chainBefore: string;
}

/** One range request for one block, checked against the chain before anybody sees it. */
async function loadArchived(
  { blobs, logger }: TimelineDeps,
  { index, key, block, chainBefore }: ArchivedPlace,
): Promise<ReplayPage> {
  try {
    const bytes = await blobs.get(key, { start: block.offset, end: block.offset + block.bytes });
    if (bytes === undefined) throw new ArchiveDamagedError(`${key} is missing`);
    return createReplayPage(index.epoch, readBlock({ block, bytes, chainBefore }), block.fromMs);
  } catch (error) {
    logger.error({ error, session: index.session, key }, "a part of an archive can't be read");
    throw new AppError("replay_unavailable", { cause: error, retryAfterMs: 1_000 });
  }
}
