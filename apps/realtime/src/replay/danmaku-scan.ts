import { z } from "zod";

const encoder = new TextEncoder();
const zero = 0x30;
const nine = 0x39;
const comma = 0x2c;
const quote = 0x22;
const brace = 0x7d;
const messageTypes = ["danmaku.sent", "gift.sent", "super.sent"] as const;
const messageHeads = messageTypes.map((type) => encoder.encode(`{"v":1,"type":"${type}"`));
const messageSchema = z.object({ type: z.enum(messageTypes), data: z.object({ id: z.string() }) });
const messageIdHead = encoder.encode(`"data":{"id":"`);

/**
 * Finds the time of a danmaku by its bytes, as our publishers write it, without parsing it: a replay at full speed has
 * no time for more. Undefined for all other events, and for anything that does not begin in just that way: those are
 * parsed. Trust: only publishers of ours can write to the log, and what begins like this they have validated whole.
 */
export function createDanmakuScan(
  room: string,
): (bytes: Uint8Array, start: number, end: number) => number | undefined {
  const head = encoder.encode(`{"v":1,"type":"danmaku.sent","room":"${room}","at":`);
  return (bytes, start, end) => {
    if (end - start <= head.length || bytes[end - 1] !== brace || !beginsWith(bytes, start, head)) {
      return undefined;
    }
    let at = start + head.length;
    let atMs = 0;
    let byte = bytes[at] ?? 0;
    for (; byte >= zero && byte <= nine && at < end; byte = bytes[++at] ?? 0) atMs = atMs * 10 + byte - zero;
    return byte === comma && atMs > 0 && Number.isSafeInteger(atMs) ? atMs : undefined;
  };
}

/** The id of the message that an event is, if it is one that may be deleted. */
export function messageIdIn(bytes: Buffer, start: number, end: number): string | undefined {
  if (!messageHeads.some((head) => beginsWith(bytes, start, head))) return parsedMessageId(bytes, start, end);
  // In JSON a quote within a string has a backslash before it, so what is found first is no text of a user.
  const idStart = bytes.indexOf(messageIdHead, start) + messageIdHead.length;
  const idEnd = bytes.indexOf(quote, idStart);
  const isFound = idStart >= start + messageIdHead.length && idEnd >= 0 && idEnd < end;
  return isFound ? bytes.toString("latin1", idStart, idEnd) : parsedMessageId(bytes, start, end);
}

function parsedMessageId(bytes: Buffer, start: number, end: number): string | undefined {
  const { data } = messageSchema.safeParse(JSON.parse(bytes.toString("utf8", start, end)));
  return data?.data.id;
}

function beginsWith(bytes: Uint8Array, start: number, head: Uint8Array): boolean {
  for (let index = 0; index < head.length; index++) {
    if (bytes[start + index] !== head[index]) return false;
  }
  return true;
}
