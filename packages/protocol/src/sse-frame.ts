import type { ControlFrame } from "./control-frame.ts";

const encoder = new TextEncoder();
const newlines = encoder.encode("\n\n");
const dataPrefix = "\ndata: ";

/** The event name of control frames in SSE; room events have none and reach `onmessage`. */
export const sseControlEvent = "control";

/** The SSE comment that keeps a quiet connection alive. */
export const sseHeartbeat = encoder.encode(": \n\n");

/**
 * One room event as an SSE frame, `id: <cursor>\ndata: <json>\n\n`. The JSON bytes are forwarded as they are: JSON
 * never holds a raw line break, so no text of a user can end the frame early or forge another.
 */
export function encodeSseEvent(cursor: string, json: Uint8Array): Uint8Array {
  const head = encoder.encode(`id: ${cursor}${dataPrefix}`);
  const frame = new Uint8Array(head.length + json.length + newlines.length);
  frame.set(head);
  frame.set(json, head.length);
  frame.set(newlines, head.length + json.length);
  return frame;
}

/**
 * A batch of a connection that follows several rooms: the WebSocket's text frame as the data of one block. The block
 * is open: {@link endSseBlock} ends it with the viewer's own positions, so that batch and positions come together or
 * not at all, while all that is before is the same for every viewer.
 */
export function encodeSseBatch(wsBatch: string): Uint8Array {
  return encoder.encode(`data: ${wsBatch}\n`);
}

/** A control frame as an open block: see {@link encodeSseBatch}. */
export function encodeOpenSseControl(frame: ControlFrame): Uint8Array {
  return encoder.encode(`event: ${sseControlEvent}\ndata: ${JSON.stringify(frame)}\n`);
}

/** Ends an open block; `id` becomes the client's `Last-Event-ID`. */
export function endSseBlock(id?: string): Uint8Array {
  return encoder.encode(id === undefined ? "\n" : `id: ${id}\n\n`);
}

/** A control frame for SSE: named, and without an id, so that it never moves the client's cursor. */
export function encodeSseControl(frame: ControlFrame): Uint8Array {
  return encoder.encode(`event: ${sseControlEvent}\ndata: ${JSON.stringify(frame)}\n\n`);
}
