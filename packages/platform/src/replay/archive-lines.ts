/** An event as it stands in the log. */
export interface ArchivedEvent {
  readonly seq: number;
  readonly json: Uint8Array;
}

const encoder = new TextEncoder();
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const zero = 0x30;
const nine = 0x39;
const lineHead = encoder.encode('{"seq":');
const plainHead = encoder.encode(',"event":');
const encodedHead = encoder.encode(',"base64":"');
const plainTail = encoder.encode("}\n");
const encodedTail = encoder.encode('"}\n');

/**
 * One event as a line of NDJSON, with its line break: `{"seq":7,"event":<the stored bytes>}`. Bytes with a line break
 * of their own, which nothing of ours writes, stand there as base64, so that a line is an event and back, byte for byte.
 */
export function encodeArchiveLine({ seq, json }: ArchivedEvent): Buffer {
  if (json.indexOf(lineFeed) >= 0 || json.indexOf(carriageReturn) >= 0) {
    return Buffer.from(`{"seq":${seq},"base64":"${Buffer.from(json).toString("base64")}"}\n`);
  }
  return Buffer.concat([encoder.encode(`{"seq":${seq},"event":`), json, plainTail]);
}

/** Where an event's JSON stands in the buffer that its line was read from. */
export interface ReadLine {
  readonly seq: number;
  readonly start: number;
  readonly end: number;
  readonly isEncoded: boolean;
}

/**
 * Reads the line from `start` up to, not including, `end`, which {@link encodeArchiveLine} wrote. An event in base64 is
 * decoded in its place, where there is always room for it. @throws TypeError for anything else.
 */
export function readArchiveLine(bytes: Buffer, start: number, end: number): ReadLine {
  let at = start + lineHead.length;
  let seq = 0;
  for (let byte = bytes[at] ?? 0; byte >= zero && byte <= nine; byte = bytes[++at] ?? 0)
    seq = seq * 10 + byte - zero;
  const isRead = at > start + lineHead.length && Number.isSafeInteger(seq) && stands(bytes, start, lineHead);
  if (isRead && stands(bytes, at, plainHead) && stands(bytes, end - plainTail.length, plainTail)) {
    return { seq, start: at + plainHead.length, end: end - plainTail.length, isEncoded: false };
  }
  const encodedStart = at + encodedHead.length;
  const encodedEnd = end - encodedTail.length;
  if (isRead && stands(bytes, at, encodedHead) && stands(bytes, encodedEnd, encodedTail)) {
    const json = Buffer.from(bytes.toString("latin1", encodedStart, encodedEnd), "base64");
    bytes.set(json, encodedStart);
    return { seq, start: encodedStart, end: encodedStart + json.length, isEncoded: true };
  }
  throw new TypeError("not a line of an archive");
}

function stands(bytes: Buffer, start: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index++) {
    if (bytes[start + index] !== wanted[index]) return false;
  }
  return true;
}
