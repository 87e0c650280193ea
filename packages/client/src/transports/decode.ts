import { type ControlFrame, controlFrameSchema, parseCursor, roomEventSchema } from "@barrage/protocol";
import type { TransportSink } from "./transport.ts";

/** The text was not what the protocol says; the connection can't be trusted. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}

/** JSON as an unknown value. @throws DecodeError. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DecodeError("not JSON", { cause });
  }
}

/** A property of a value of unknown shape. */
export function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Reads a control frame; undefined for one that a newer server may send. @throws DecodeError for nonsense. */
export function decodeControl(value: unknown): ControlFrame | undefined {
  if (typeof propertyOf(value, "type") !== "string") throw new DecodeError("a control frame without a type");
  const parsed = controlFrameSchema.safeParse(value);
  if (!parsed.success) return undefined;
  // The schema knows the shape of a cursor, not that its number is one; the rules behind may rely on both.
  if ("cursor" in parsed.data) parseCursorStrictly(parsed.data.cursor);
  return parsed.data;
}

/**
 * Hands one event on: typed when this version knows it, else as `unknown`, so that a newer server never stops an
 * older client and its position still moves. @throws DecodeError when the cursor makes no sense.
 */
export function decodeEvent(
  cursorText: unknown,
  value: unknown,
  { onEvent }: Pick<TransportSink, "onEvent">,
): void {
  if (typeof cursorText !== "string") throw new DecodeError("an event without a cursor");
  const cursor = parseCursorStrictly(cursorText);
  const parsed = roomEventSchema.safeParse(value);
  if (parsed.success) {
    onEvent(cursor, { kind: "event", cursor: cursorText, event: parsed.data });
    return;
  }
  const type = propertyOf(value, "type");
  onEvent(cursor, {
    kind: "unknown",
    cursor: cursorText,
    type: typeof type === "string" ? type : undefined,
  });
}

function parseCursorStrictly(text: string) {
  try {
    return parseCursor(text);
  } catch (cause) {
    throw new DecodeError("not a cursor", { cause });
  }
}
