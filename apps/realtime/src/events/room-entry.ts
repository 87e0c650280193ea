import {
  encodeSseEvent,
  formatCursor,
  type Priority,
  priorityOf,
  type RoomEvent,
  roomEventSchema,
} from "@barrage/protocol";

/** One event as a room keeps and forwards it: encoded once, never again per viewer. */
export interface RoomEntry {
  readonly seq: number;
  /** The cursor in wire form. */
  readonly cursor: string;
  readonly priority: Priority;
  /** The complete SSE frame. */
  readonly frame: Uint8Array;
  /** The stored JSON: a view into `frame`, so that an entry holds its bytes once. */
  readonly json: Uint8Array;
}

/** An entry, and the event itself when the node must act on it. */
export interface PreparedEntry {
  readonly entry: RoomEntry;
  /** Set for events that decide who may watch: those about the room (`room.…`), and bans. */
  readonly roomChange: RoomEvent | undefined;
}

interface StoredEvent {
  readonly seq: number;
  readonly json: Uint8Array;
}

type EventHead = Pick<RoomEvent, "type" | "by">;

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
  // A type that is newer than this node has no class yet: it is kept, as the dearest ones are.
  const priority: Priority | undefined = priorityOf(parsed);
  return {
    entry: {
      seq: stored.seq,
      cursor,
      priority: priority ?? 0,
      frame,
      json: frame.subarray(jsonEnd - line.length, jsonEnd),
    },
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

/** The full schema would cost more than the delivery; publishers validate, and this reads only type and sender. */
function isEventHead(value: unknown): value is EventHead {
  if (typeof value !== "object" || value === null) return false;
  if (!("type" in value) || typeof value.type !== "string") return false;
  if (!("by" in value) || value.by === undefined) return true;
  return typeof value.by === "object" && value.by !== null && "role" in value.by;
}
