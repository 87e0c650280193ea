import { wsServerFrameSchema } from "@barrage/protocol";
import type { Seen } from "./seen.ts";

const textFrame = 0x81;
const closeFrame = 0x88;

/** What takes the frames of a socket that follows several rooms. */
export interface TextSink {
  readonly addText: (text: string) => void;
}

/** Notes one text frame of the server. */
export function readWsText(text: string, seen: Seen | TextSink): void {
  if ("addText" in seen) return seen.addText(text);
  const frame = wsServerFrameSchema.parse(JSON.parse(text));
  if (frame.type !== "batch") seen.addControl(frame);
  else for (const { cursor, event } of frame.events) seen.addEvent(cursor, event);
}

/** Reads whole server frames (RFC 6455, unmasked). @returns what is left over, and the code of a close frame. */
export function readWsFrames(
  bytes: Buffer,
  seen: Seen | TextSink,
): { rest: Buffer<ArrayBuffer>; code: number | undefined } {
  let rest = Buffer.from(bytes);
  let code: number | undefined;
  for (;;) {
    const short = (rest[1] ?? 0) & 0x7f;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (rest.length < head) return { rest, code };
    const length =
      short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
    if (rest.length < head + length) return { rest, code };
    const payload = rest.subarray(head, head + length);
    if (rest[0] === textFrame) readWsText(payload.toString(), seen);
    else if (rest[0] === closeFrame) code = payload.readUInt16BE(0);
    rest = rest.subarray(head + length);
  }
}

/** A masked text frame of a client. */
export function clientFrame(text: string): Uint8Array {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? [textFrame, 0x80 | payload.length]
      : [textFrame, 0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}
