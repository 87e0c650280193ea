import { emptyMoment } from "@barrage/domain";
import type { ArchiveIndex, LogEntry, RoomLog } from "@barrage/platform";
import { AppError, type RoomMoment } from "@barrage/protocol";
import { type ArchiveReadDeps, archivedBlocks } from "./archived-blocks.ts";
import { momentAfter, pageOfEntries } from "./replay-page.ts";
import type { TimelineBlock } from "./timeline-block.ts";

export interface TimelineDeps extends ArchiveReadDeps {
  readonly log: Pick<RoomLog, "readAfter" | "epoch">;
}

/** What is read from the log at once, and how it is cut into blocks. */
const scanEntries = 4_096;
const blockEntries = 512;
/** At full speed: a span of the archive is some fifty blocks, a read of the log eight. */
const blocksAhead = 40;
const logBlocksAhead = 4;

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

  /** Whether there is any message that is not to be seen. */
  get hidesSome(): boolean {
    return this.#deleted.size > 0;
  }

  /** Whether everybody has been told that a message is not to be seen. */
  isDeleted(messageId: string | undefined): boolean {
    return messageId !== undefined && this.#deleted.has(messageId);
  }

  block(position: number): TimelineBlock | undefined {
    return this.#archived[position] ?? this.#logged[position - this.#archived.length];
  }

  /** Where the first block is that has something behind `seq`; the number of blocks when none that is known has. */
  positionAfter(seq: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.block(middle)?.lastSeq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Has what follows a block on its way, for who reads on at full speed: the store's answers must overlap. */
  readAhead(position: number): void {
    for (const ahead of [0, blocksAhead]) this.block(position + ahead)?.readAhead?.();
    // Whoever comes to the end meets the fault again.
    if (position + logBlocksAhead >= this.count) void this.extend().catch(() => undefined);
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
    const page = await last.load();
    return { seq: this.#index.archivedSeq, state: momentAfter(last.state, page), logMs: last.toMs };
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
    const page = await pages.get(key, async () => pageOfEntries({ room, epoch, fromMs: knownMs }, entries));
    const fromMs = page.logMs[0] ?? knownMs;
    const load = () =>
      pages.get(key, async () => {
        const again = await log.readAfter(room, { afterSeq, limit: entries.length });
        const same = again.entries.filter(({ seq }) => seq <= lastSeq);
        // It has left the log: the archive has it by now, and the index will say so.
        if (same.length < entries.length) throw new AppError("replay_unavailable");
        return pageOfEntries({ room, epoch, fromMs }, same);
      });
    scan.seq = lastSeq;
    scan.logMs = page.logMs.at(-1) ?? knownMs;
    scan.state = momentAfter(before, page);
    return { afterSeq, lastSeq, fromMs, toMs: scan.logMs, state: before, load };
  }
}
