import { type LimitedEvent, type LimiterItem, limiterItemOf } from "@barrage/domain";
import {
  type ControlFrame,
  encodeSseControl,
  encodeSseEvent,
  formatCursor,
  type Priority,
  type RoomEvent,
  roomEventSchema,
} from "@barrage/protocol";

/** What the limiter has to say about a place in the log. */
export type Told = Extract<ControlFrame, { type: "merged" | "skipped" }>;

/** One event, or a remark of the limiter, as a room keeps and forwards it: encoded once, never again per viewer. */
export interface RoomEntry {
  readonly seq: number;
  /** The cursor in wire form. */
  readonly cursor: string;
  readonly priority: Priority;
  /** The event's own time, in milliseconds since 1970; 0 for a remark. */
  readonly atMs: number;
  /** The complete SSE frame, or two of them. */
  readonly frame: Uint8Array;
  /** The stored JSON: a view into `frame`, so that an entry holds its bytes once. Undefined for a remark alone. */
  readonly json: Uint8Array | undefined;
  /** Follows the event: it stands for several. Or stands alone: events were shed. */
  readonly told: Told | undefined;
  /** The trace that it was published in; most have none. */
  readonly traceparent?: string;
}

/** An entry, and the event itself when the node must act on it. */
export interface PreparedEntry {
  readonly entry: RoomEntry;
  /** Set for events that decide who may watch: those about the room (`room.…`), and bans. */
  readonly roomChange: RoomEvent | undefined;
  /** The event as the limiter sees it. */
  readonly item: LimiterItem;
}

interface StoredEvent {
  readonly seq: number;
  readonly json: Uint8Array;
  readonly traceparent?: string;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** The empty line at the end of an SSE frame. */
const frameTailBytes = 2;

/**
 * Prepares a stored event for viewers.
 * @returns undefined when the bytes are not an event of this protocol; no publisher of ours can have written them.
 */
export function prepareEntry(epoch: string, stored: StoredEvent): PreparedEntry | undefined {
  const parsed = parseJson(stored.json);
  if (!isEventHead(parsed)) return undefined;
  const line = onOneLine(stored.json, parsed);
  const cursor = formatCursor({ epoch, seq: stored.seq });
  const frame = encodeSseEvent(cursor, line);
  const jsonEnd = frame.length - frameTailBytes;
  const item = limiterItemOf(parsed, stored.seq);
  return {
    entry: {
      seq: stored.seq,
      cursor,
      priority: item.priority,
      atMs: item.atMs,
      frame,
      told: undefined,
      json: frame.subarray(jsonEnd - line.length, jsonEnd),
      ...(stored.traceparent === undefined ? {} : { traceparent: stored.traceparent }),
    },
    item,
    roomChange: isRoomChange(parsed.type) ? roomEventSchema.safeParse(parsed).data : undefined,
  };
}

function isRoomChange(type: string): boolean {
  return type.startsWith("room.") || type === "user.banned" || type === "user.unbanned";
}

/**
 * Trust: an SSE frame ends at a line break. JSON has none inside strings but may have some between tokens; whatever
 * got into the log that way is written anew, so that nothing stored can end a frame early and forge the next one.
 */
function onOneLine(json: Uint8Array, parsed: unknown): Uint8Array {
  const isOneLine = json.indexOf(lineFeed) < 0 && json.indexOf(carriageReturn) < 0;
  return isOneLine ? json : encoder.encode(JSON.stringify(parsed));
}

function parseJson(json: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(json));
  } catch {
    return undefined;
  }
}

/** The full schema would cost more than the delivery; publishers validate, and this looks at what is read here. */
function isEventHead(value: unknown): value is LimitedEvent {
  if (typeof value !== "object" || value === null) return false;
  if (!("type" in value) || typeof value.type !== "string") return false;
  if (!("at" in value) || typeof value.at !== "number") return false;
  if (!("data" in value) || typeof value.data !== "object" || value.data === null) return false;
  if (!("by" in value) || value.by === undefined) return true;
  const { by } = value;
  return typeof by === "object" && by !== null && "role" in by && "id" in by && typeof by.id === "string";
}

/** What {@link prepareEntry} told of an entry that is in a ring by now; `roomChange` has had its effect. */
export function preparedAgain(entry: RoomEntry): PreparedEntry {
  const parsed = entry.json === undefined ? undefined : parseJson(entry.json);
  if (!isEventHead(parsed)) throw new Error("a remark is no event");
  return { entry, item: limiterItemOf(parsed, entry.seq), roomChange: undefined };
}

/** An entry that stands for `count` events which said the same. */
export function mergedEntry(
  entry: RoomEntry,
  { room, count }: { readonly room: string; readonly count: number },
): RoomEntry {
  const told = { type: "merged", room, count, cursor: entry.cursor } as const;
  return { ...entry, frame: Buffer.concat([entry.frame, encodeSseControl(told)]), told };
}

interface SkippedRun {
  readonly room: string;
  readonly epoch: string;
  readonly count: number;
  readonly seq: number;
}

/** A remark that `count` events up to `seq` are not shown. */
export function skippedEntry({ room, epoch, count, seq }: SkippedRun): RoomEntry {
  const cursor = formatCursor({ epoch, seq });
  const told = { type: "skipped", room, count, cursor, reason: "limit" } as const;
  return { seq, cursor, priority: 0, atMs: 0, frame: encodeSseControl(told), json: undefined, told };
}
