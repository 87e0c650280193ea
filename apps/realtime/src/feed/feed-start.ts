import type { LogEntry, RoomLog } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { prepareEntry } from "../events/room-entry.ts";

/** What a feed needs of the log. */
export type FeedLog = Pick<RoomLog, "epoch" | "follow" | "readAfter" | "lastSeq" | "bounds">;

/** Where a room stands in the log. */
export interface FeedStart {
  readonly epoch: string;
  /** Every stored event of the room above this is in `entries`. */
  readonly floorSeq: number;
  /** The room has no event between the last of `entries` and this. */
  readonly headSeq: number;
  /** The room's newest events, in order. */
  readonly entries: readonly LogEntry[];
  /** The log holds no older event of the room. */
  readonly fromBeginning: boolean;
}

/** How much of a room's newest is read when it opens. */
export interface Prefill {
  readonly count: number;
  /** In a crowd `count` is a moment: more is read, until so much of the log's time is there. */
  readonly spanMs: number;
}

const pageEntries = 1_000;
const firstWindow = 512;
const windowGrowth = 8;
const countGrowth = 8;
const entriesMax = 12_000;

/**
 * Finds a room's newest events. The log can be read forwards only, and a room's events lie scattered among those of
 * all rooms: so windows before the room's newest event are read, each wider, until one holds enough.
 * @throws AppError `log_unavailable`.
 */
export async function readFeedStart(
  log: FeedLog,
  roomId: string,
  { count, spanMs }: Prefill,
): Promise<FeedStart> {
  // In this order: whatever is stored after the first answer lies above `headSeq` or is in the second.
  const before = await log.bounds();
  const lastSeq = await log.lastSeq(roomId);
  const headSeq = Math.max(before.lastSeq, lastSeq);
  const found = await readLongTail(log, roomId, { floorSeq: before.firstSeq - 1, lastSeq, count, spanMs });
  const after = await log.bounds();
  if (after.epoch !== before.epoch) throw new AppError("log_unavailable");
  // Below the stream's first sequence there may have been events that nobody can know of any more.
  const floorSeq = Math.min(headSeq, Math.max(found.floorSeq, after.firstSeq - 1));
  const entries = found.entries.filter((entry) => entry.seq > floorSeq);
  const fromBeginning = found.floorSeq === before.firstSeq - 1;
  return { epoch: before.epoch, floorSeq, headSeq, entries, fromBeginning };
}

async function readLongTail(log: FeedLog, roomId: string, range: TailRange & Prefill): Promise<Tail> {
  for (let { count } = range; ; count *= countGrowth) {
    const tail = await readTail(log, roomId, { ...range, count });
    const isEnough = tail.floorSeq === range.floorSeq || spanMsOf(tail.entries) >= range.spanMs;
    if (isEnough || count === 0 || count >= entriesMax) return tail;
  }
}

function spanMsOf(entries: readonly LogEntry[]): number {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return Number.POSITIVE_INFINITY;
  const atMs = ({ seq, json }: LogEntry) => prepareEntry("", { seq, json })?.item.atMs ?? 0;
  return atMs(last) - atMs(first);
}

interface Tail {
  readonly floorSeq: number;
  readonly entries: readonly LogEntry[];
}

interface TailRange {
  readonly floorSeq: number;
  readonly lastSeq: number;
  readonly count: number;
}

async function readTail(
  log: FeedLog,
  roomId: string,
  { floorSeq, lastSeq, count }: TailRange,
): Promise<Tail> {
  if (count === 0 || lastSeq === 0) return { floorSeq: Math.max(lastSeq, floorSeq), entries: [] };
  for (let window = firstWindow; ; window *= windowGrowth) {
    const afterSeq = Math.max(floorSeq, lastSeq - window);
    const { entries, isWhole } = await readNewest(log, roomId, { afterSeq, lastSeq, count });
    if (!isWhole) return { floorSeq: (entries[0]?.seq ?? lastSeq + 1) - 1, entries };
    if (entries.length >= count || afterSeq === floorSeq) return { floorSeq: afterSeq, entries };
  }
}

interface WindowRange {
  readonly afterSeq: number;
  readonly lastSeq: number;
  readonly count: number;
}

/** Reads a window to its end and keeps the newest `count` of it. */
async function readNewest(log: FeedLog, roomId: string, { afterSeq, lastSeq, count }: WindowRange) {
  let entries: LogEntry[] = [];
  let isWhole = true;
  for (let position = afterSeq; position < lastSeq; ) {
    const page = await log.readAfter(roomId, { afterSeq: position, limit: pageEntries });
    const upToLast = page.entries.filter((entry) => entry.seq <= lastSeq);
    isWhole &&= entries.length + upToLast.length <= count;
    entries = [...entries, ...upToLast].slice(-count);
    position = page.complete ? lastSeq : (page.entries.at(-1)?.seq ?? lastSeq);
  }
  return { entries, isWhole };
}
