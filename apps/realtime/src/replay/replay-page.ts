import { type LimiterItem, nextMoment } from "@barrage/domain";
import { type ArchivedEvent, type EventRun, eventRunOf } from "@barrage/platform";
import { encodeWsBatch, type RoomEvent, type RoomMoment, roomEventSchema } from "@barrage/protocol";
import type { EncodedBatch } from "../events/batch.ts";
import { deflatedPart } from "../events/gzip-part.ts";
import { type PreparedEntry, prepareEntry, type RoomEntry } from "../events/room-entry.ts";
import { createDanmakuScan, messageIdIn } from "./danmaku-scan.ts";
import { type EventRange, encodeFrames, sseFrame, wsFrame } from "./page-encoding.ts";

/** One event of a session, as every viewer of its replay gets it. */
export interface ReplayEvent {
  readonly seq: number;
  /** Its moment: the time of the log, which is the latest `at` so far. */
  readonly logMs: number;
  readonly entry: RoomEntry;
  readonly item: LimiterItem;
  /** The message that it is, if it is one that may be deleted. */
  readonly messageId: string | undefined;
}

/** Whose events a page holds, and the time of the log at the first of them. */
export interface PageOrigin {
  readonly room: string;
  readonly epoch: string;
  readonly fromMs: number;
}

/** An event that changes what a viewer who comes in later must be told, or what is shown from there on. */
export interface Telling {
  readonly index: number;
  readonly event: RoomEvent;
}

const decoder = new TextDecoder();
/** What an event may cost beyond its bytes, once it was looked at by itself. */
const eventBytes = 400;

/**
 * A run of a session's events, shared by all viewers who are near. Events stay the bytes they are stored as: a viewer
 * who takes everything is written whole runs of them; one is parsed only when somebody looks at it by itself.
 */
export class ReplayPage {
  readonly seqs: Float64Array;
  /** The moment of each event: the time of the log, which is the latest `at` so far. */
  readonly logMs: Float64Array;
  readonly tellings: readonly Telling[];
  /** What it holds in memory, about. */
  readonly bytes: number;
  readonly #origin: PageOrigin;
  readonly #run: Columns;
  readonly #events: (ReplayEvent | undefined)[] = [];

  constructor(origin: PageOrigin, run: EventRun) {
    const { columns, logMs, tellings } = readColumns(origin, run);
    this.#origin = origin;
    this.#run = columns;
    this.seqs = columns.seqs;
    this.logMs = logMs;
    this.tellings = tellings;
    this.bytes = columns.bytes.length + columns.seqs.length * eventBytes;
  }

  get length(): number {
    return this.seqs.length;
  }

  /** @throws RangeError when there is no such event */
  event(index: number): ReplayEvent {
    return (this.#events[index] ??= this.#readEvent(index));
  }

  /** The message that an event is, if it is one that may be deleted. */
  messageId(index: number): string | undefined {
    const { bytes, starts, ends } = this.#run;
    return messageIdIn(bytes, starts[index] ?? 0, ends[index] ?? 0);
  }

  /** Some of the events as they are written. */
  batch(range: EventRange): EncodedBatch {
    const { room, epoch } = this.#origin;
    const sse = () => encodeFrames(this.#run, range, sseFrame(epoch));
    return {
      sse,
      gzip: () => deflatedPart(sse()),
      ws: () => [wsBatchOf(room, encodeFrames(this.#run, range, wsFrame(epoch)))],
    };
  }

  #readEvent(index: number): ReplayEvent {
    const { bytes, starts, ends } = this.#run;
    const [seq, logMs] = [this.seqs[index], this.logMs[index]];
    const json = new Uint8Array(bytes.subarray(starts[index], ends[index]));
    const prepared = seq === undefined ? undefined : prepareEntry(this.#origin.epoch, { seq, json });
    if (seq === undefined || logMs === undefined || prepared === undefined) {
      throw new RangeError(`a page has no event ${index}`);
    }
    const { entry, item } = prepared;
    return { seq, logMs, entry, item, messageId: this.messageId(index) };
  }
}

/** A page of events as the log gives them. */
export const pageOfEntries = (origin: PageOrigin, entries: readonly ArchivedEvent[]): ReplayPage =>
  new ReplayPage(origin, eventRunOf(entries));

type Columns = Omit<EventRun, "hasBreaks">;

/** Finds the moments of all events, leaves out what is none, and looks closer at those that tell of the room. */
function readColumns(origin: PageOrigin, run: EventRun) {
  const { bytes, seqs, starts, ends } = run;
  const scan = createDanmakuScan(origin.room);
  const logMs = new Float64Array(seqs.length);
  const tellings: Telling[] = [];
  const rewritten = new Map<number, Uint8Array>();
  let nowMs = origin.fromMs;
  let count = 0;
  for (const [index, seq] of seqs.entries()) {
    const [start = 0, end = 0] = [starts[index], ends[index]];
    // Whatever has line breaks is read and written anew: it could end a frame early.
    let atMs = run.hasBreaks ? undefined : scan(bytes, start, end);
    if (atMs === undefined) {
      const json = bytes.subarray(start, end);
      const prepared = prepareEntry(origin.epoch, { seq, json: new Uint8Array(json) });
      if (prepared === undefined) continue;
      atMs = prepared.item.atMs;
      const telling = tellingOf(prepared);
      if (telling !== undefined) tellings.push({ index: count, event: telling });
      if (run.hasBreaks && prepared.entry.json !== undefined) rewritten.set(count, prepared.entry.json);
    }
    nowMs = Math.max(nowMs, atMs);
    seqs[count] = seq;
    starts[count] = start;
    ends[count] = end;
    logMs[count] = nowMs;
    count += 1;
  }
  const found = {
    bytes,
    seqs: seqs.subarray(0, count),
    starts: starts.subarray(0, count),
    ends: ends.subarray(0, count),
  };
  return { columns: withRewritten(found, rewritten), logMs: logMs.subarray(0, count), tellings };
}

function withRewritten(columns: Columns, rewritten: ReadonlyMap<number, Uint8Array>): Columns {
  if (rewritten.size === 0) return columns;
  const { bytes, seqs, starts, ends } = columns;
  const events = Array.from(seqs, (seq, index) => ({
    seq,
    json: rewritten.get(index) ?? bytes.subarray(starts[index], ends[index]),
  }));
  return eventRunOf(events);
}

/** Messages by far the most events: nothing of them but super messages tells of the room. */
function tellingOf({ entry, item }: PreparedEntry): RoomEvent | undefined {
  if (item.priority === 2 || item.priority === 3 || entry.json === undefined) return undefined;
  const event = roomEventSchema.safeParse(JSON.parse(decoder.decode(entry.json))).data;
  return event?.type === "gift.sent" ? undefined : event;
}

function wsBatchOf(room: string, frames: Buffer): string {
  // The comma behind the last one goes.
  const events = frames.toString("utf8", 0, Math.max(0, frames.length - 1));
  const empty = encodeWsBatch(room, []);
  return `${empty.slice(0, -2)}${events}]}`;
}

/** The room as the events of a page up to, not including, `end` leave it. */
export function momentAfter(moment: RoomMoment, page: ReplayPage, end = page.length): RoomMoment {
  return page.tellings.reduce(
    (before, { index, event }) => (index < end ? nextMoment(before, event) : before),
    moment,
  );
}
