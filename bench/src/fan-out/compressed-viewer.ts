import { createGunzip } from "node:zlib";

/** A compressed stream that is being read: how many bytes and events came so far. */
export interface CompressedViewer {
  readonly wireBytes: () => number;
  readonly events: () => number;
}

/**
 * Watches a room as a client that accepts gzip, until `signal` aborts. Counted are the bytes of the compressed stream,
 * without the chunks that carry it. @returns undefined when the node answers uncompressed.
 */
export async function watchCompressed(
  url: string,
  signal: AbortSignal,
): Promise<CompressedViewer | undefined> {
  const answer = await fetch(url, { headers: { "accept-encoding": "gzip" }, decompress: false, signal });
  if (!answer.ok || answer.body === null) throw new Error(`the node answered ${answer.status}`);
  if (answer.headers.get("content-encoding") !== "gzip") return undefined;
  const gunzip = createGunzip();
  let wireBytes = 0;
  let text = "";
  let events = 0;
  gunzip.on("data", (bytes: Buffer) => {
    const frames = (text + bytes.toString("latin1")).split("\n\n");
    text = frames.pop() ?? "";
    events += frames.filter((frame) => frame.includes('"type":"danmaku.sent"')).length;
  });
  const { body } = answer;
  const reading = (async () => {
    for await (const bytes of body) {
      wireBytes += bytes.length;
      gunzip.write(bytes);
    }
  })();
  // Ends with the abort; anything before shows as events that do not come.
  reading.catch(() => {});
  return { wireBytes: () => wireBytes, events: () => events };
}
