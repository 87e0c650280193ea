/** An event as it stands in the log. */
export interface ArchivedEvent {
  readonly seq: number;
  readonly json: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const plainHead = /^\{"seq":(\d{1,16}),"event":/;
const encodedLine = /^\{"seq":(\d{1,16}),"base64":"([A-Za-z0-9+/=]*)"\}$/;
const headBytesMax = 40;

/**
 * One event as a line of NDJSON, with its line break: `{"seq":7,"event":<the stored bytes>}`. Bytes with a line break
 * of their own, which nothing of ours writes, stand there as base64, so that a line is an event and back, byte for byte.
 */
export function encodeArchiveLine({ seq, json }: ArchivedEvent): Uint8Array {
  if (json.indexOf(lineFeed) >= 0 || json.indexOf(carriageReturn) >= 0) {
    return encoder.encode(`{"seq":${seq},"base64":"${Buffer.from(json).toString("base64")}"}\n`);
  }
  const head = encoder.encode(`{"seq":${seq},"event":`);
  const line = new Uint8Array(head.length + json.length + 2);
  line.set(head);
  line.set(json, head.length);
  line.set([0x7d, lineFeed], head.length + json.length);
  return line;
}

/** Splits NDJSON into lines, each with its line break. @throws TypeError when the last one has none. */
export function* splitArchiveLines(ndjson: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < ndjson.length; ) {
    const end = ndjson.indexOf(lineFeed, start);
    if (end < 0) throw new TypeError("an archive that ends in the middle of a line");
    yield ndjson.subarray(start, end + 1);
    start = end + 1;
  }
}

/** Reads what {@link encodeArchiveLine} wrote. @throws TypeError for anything else. */
export function decodeArchiveLine(line: Uint8Array): ArchivedEvent {
  const head = plainHead.exec(decoder.decode(line.subarray(0, headBytesMax)));
  if (head !== null) return { seq: Number(head[1]), json: line.subarray(head[0].length, line.length - 2) };
  const encoded = encodedLine.exec(decoder.decode(line).trimEnd());
  if (encoded === null) throw new TypeError("not a line of an archive");
  return { seq: Number(encoded[1]), json: new Uint8Array(Buffer.from(encoded[2] ?? "", "base64")) };
}
