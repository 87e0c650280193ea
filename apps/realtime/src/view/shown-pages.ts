import type { LogBounds, RoomLog } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { type PreparedEntry, prepareEntry, type RoomEntry } from "../events/room-entry.ts";
import type { Page, PageReader } from "../session/page-reader.ts";
import type { WarmChooser } from "./warm-chooser.ts";

/** What the view says of its choice. */
export interface ShownPagesSource {
  readonly createChooser: (from: {
    readonly fromBeginning: boolean;
    readonly floorSeq: number;
  }) => WarmChooser;
  /** How much of the log's time a chooser has to see before its choices are those of every node. */
  readonly memoryMs: number;
}

interface ShownPagesDeps extends ShownPagesSource {
  readonly log: Pick<RoomLog, "readAfter" | "bounds">;
  readonly room: string;
  /** The epoch that the room is in now. */
  readonly epoch: () => string;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Told of each page of the log that is really read. */
  readonly onRead: () => void;
}

/** A stretch of the log with what is shown of it; read on as viewers come to its end. */
interface Reel {
  readonly chooser: WarmChooser;
  readonly epoch: string;
  entries: RoomEntry[];
  /** Shown entries after this are in `entries`. */
  fromSeq: number;
  readSeq: number;
  /** When the log's end was reached, by the monotonic clock; undefined: there may be more. */
  completedMs: number | undefined;
  reading: Promise<void> | undefined;
  usedMs: number;
}

const logPageEntries = 2_000;
const shownPageEntries = 512;
const reelEntriesMax = 4_096;
const reelsMax = 4;
const reelAgeMs = 10_000;
/** One at the log's end grows old soon, but serves those who come back together. */
const completeAgeMs = 500;
/** Viewers that were cut off together do not stand at the same event: a reel begins a little earlier than asked. */
const headStartMs = 2_000;
const stepBackMin = 2_048;

/**
 * Reads what is shown of a room for viewers that resume from further back than the ring: the log goes through the same
 * limiter, warmed up by what was before. A crowd that comes back together shares one reel: each page of the log is
 * read, chosen from and encoded once.
 */
export function createShownPages(deps: ShownPagesDeps): PageReader {
  const { now } = deps;
  const reels = new Set<Reel>();

  function find(seq: number): Reel | undefined {
    for (const reel of reels) {
      if (isOld(reel)) reels.delete(reel);
      else if (serves(reel, seq)) return reel;
    }
    return undefined;
  }

  function isOld({ epoch, completedMs, usedMs }: Reel): boolean {
    const isPast = completedMs !== undefined && now() - completedMs > completeAgeMs;
    return isPast || epoch !== deps.epoch() || now() - usedMs > reelAgeMs;
  }

  function keep(reel: Reel): Reel {
    reels.add(reel);
    const [oldest] = reels;
    if (reels.size > reelsMax && oldest !== undefined) reels.delete(oldest);
    return reel;
  }

  /** Those who ask together wait for one opening. */
  let opening: Promise<Reel> | undefined;
  async function openOnce(seq: number): Promise<Reel> {
    for (let isNewer = false; ; isNewer = true) {
      if (opening === undefined) return await open(seq);
      // One that fails, fails those who wait for it, too: none of them hurries to try again.
      const reel = await opening;
      // One that was begun after we asked has read the log's end since then.
      if (serves(reel, seq) || (isNewer && reel.fromSeq <= seq)) return reel;
    }
  }

  function open(seq: number): Promise<Reel> {
    // Set before anything is awaited: whoever asks now waits.
    opening = openReel(deps, seq)
      .then(keep)
      .finally(() => {
        opening = undefined;
      });
    return opening;
  }

  return {
    async readAfter(seq) {
      const bounds = await epochBounds(deps);
      if (seq + 1 < bounds.firstSeq) return { entries: [], isTrimmed: true };
      const reel = find(seq) ?? (await openOnce(seq));
      reel.usedMs = now();
      return await readReel(deps, reel, seq);
    },
  };
}

/** Whether a reel has, or will have, what is shown after a position: one at the log's end may be older than the event. */
function serves({ fromSeq, completedMs, chooser, entries }: Reel, seq: number): boolean {
  const untilSeq = completedMs === undefined ? chooser.toldSeq : (entries.at(-1)?.seq ?? 0) - 1;
  return fromSeq <= seq && seq <= untilSeq;
}

async function readReel(deps: ShownPagesDeps, reel: Reel, seq: number): Promise<Page> {
  for (;;) {
    const entries = reel.entries.filter((entry) => entry.seq > seq).slice(0, shownPageEntries);
    if (entries.length > 0) return { entries, isTrimmed: false };
    // Somewhere after the position there was an event, or nobody would ask: it is gone.
    if (reel.completedMs !== undefined) return { entries, isTrimmed: true };
    reel.reading ??= readOn(deps, reel).finally(() => {
      reel.reading = undefined;
    });
    await reel.reading;
  }
}

async function readOn(deps: ShownPagesDeps, reel: Reel): Promise<void> {
  const { prepared, complete } = await readLog(deps, reel.epoch, reel.readSeq);
  for (const one of prepared) {
    reel.entries.push(...reel.chooser.push(one));
    reel.readSeq = one.entry.seq;
  }
  if (complete) {
    reel.completedMs = deps.now();
    // The room itself has decided further than the log's end can: a silence did it there.
    reel.chooser.settle();
    reel.entries.push(...reel.chooser.flush());
  }
  const excess = reel.entries.length - reelEntriesMax;
  if (excess <= 0) return;
  reel.fromSeq = reel.entries[excess - 1]?.seq ?? reel.fromSeq;
  reel.entries = reel.entries.slice(excess);
}

async function openReel(deps: ShownPagesDeps, seq: number): Promise<Reel> {
  const { firstSeq, epoch } = await epochBounds(deps);
  const floorSeq = firstSeq - 1;
  const startSeq = await findStart(deps, { seq, floorSeq });
  const chooser = deps.createChooser({ fromBeginning: startSeq === floorSeq, floorSeq: startSeq });
  const reel: Reel = {
    chooser,
    epoch,
    entries: [],
    fromSeq: startSeq,
    readSeq: startSeq,
    completedMs: undefined,
    reading: undefined,
    usedMs: deps.now(),
  };
  while (reel.completedMs === undefined && reel.readSeq <= seq) await readOn(deps, reel);
  reel.fromSeq = Math.min(seq, Math.max(reel.fromSeq, chooser.floorSeq));
  return reel;
}

/** Goes back until the limiter can warm up on the way: the log can be read forwards only. */
async function findStart(
  deps: ShownPagesDeps,
  { seq, floorSeq }: { readonly seq: number; readonly floorSeq: number },
): Promise<number> {
  const next = await firstAfter(deps, seq);
  if (next === undefined) return seq;
  const wantedMs = next.item.atMs - deps.memoryMs - headStartMs;
  for (let step = stepBackMin; ; step *= 2) {
    const startSeq = Math.max(floorSeq, seq - step);
    const first = startSeq === floorSeq ? undefined : await firstAfter(deps, startSeq);
    if (first === undefined || first.item.atMs <= wantedMs) return startSeq;
  }
}

async function firstAfter(
  { log, room, epoch }: ShownPagesDeps,
  afterSeq: number,
): Promise<PreparedEntry | undefined> {
  const [stored] = (await log.readAfter(room, { afterSeq, limit: 1 })).entries;
  return stored === undefined ? undefined : prepareEntry(epoch(), stored);
}

async function readLog(
  { log, room, onRead, epoch: current }: ShownPagesDeps,
  epoch: string,
  afterSeq: number,
) {
  onRead();
  const page = await log.readAfter(room, { afterSeq, limit: logPageEntries });
  const bounds = await log.bounds();
  if (bounds.epoch !== epoch || current() !== epoch) throw new AppError("log_unavailable");
  const prepared = page.entries.flatMap((stored) => prepareEntry(epoch, stored) ?? []);
  return { prepared, complete: page.complete };
}

async function epochBounds({ log, epoch }: ShownPagesDeps): Promise<LogBounds> {
  const bounds = await log.bounds();
  if (bounds.epoch !== epoch()) throw new AppError("log_unavailable");
  return bounds;
}
