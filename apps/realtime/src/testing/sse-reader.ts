import type { Seen } from "./seen.ts";

/** What takes the blocks of a stream that has frames of its own. */
export interface BlockSink {
  readonly addBlock: (block: string) => void;
}

/** Reads an event stream, strictly: whatever is not exactly what this node writes is a failure. */
export class SseReader {
  readonly #onBlock: (block: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(seen: Seen | BlockSink) {
    this.#onBlock = (block) => ("addBlock" in seen ? seen.addBlock(block) : readBlock(block, seen));
  }

  read(bytes: Uint8Array): void {
    const blocks = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) this.#onBlock(block);
  }

  /** Reads whole chunks of HTTP's chunked encoding. @returns what is left over. */
  readChunked(bytes: Buffer): Buffer<ArrayBuffer> {
    let left = Buffer.from(bytes);
    for (;;) {
      const lineEnd = left.indexOf("\r\n");
      const size = Number.parseInt(left.subarray(0, Math.max(0, lineEnd)).toString(), 16);
      if (lineEnd < 0 || left.length < lineEnd + 2 + size + 2) return left;
      this.read(left.subarray(lineEnd + 2, lineEnd + 2 + size));
      left = left.subarray(lineEnd + 2 + size + 2);
    }
  }
}

function readBlock(block: string, seen: Seen): void {
  if (block.startsWith(":")) {
    seen.heartbeats += 1;
    return;
  }
  if (/^retry: \d+$/.test(block)) return;
  const control = /^event: control\ndata: ([^\n]*)$/.exec(block)?.[1];
  if (control !== undefined) {
    seen.addControl(JSON.parse(control));
    return;
  }
  const [, cursor, data] = /^id: (\S+)\ndata: ([^\n]*)$/.exec(block) ?? [];
  if (cursor === undefined || data === undefined)
    throw new Error(`an unknown frame: ${JSON.stringify(block)}`);
  seen.addEvent(cursor, JSON.parse(data));
}
