import { connect } from "bun";
import { createChunkedDecoder } from "../crowd/reader/chunked.ts";
import type { RecordedSession } from "./recorded-session.ts";

/** What a reader is told of. */
export interface ReplaySink {
  /** Events came; `lastSeq` is the last one's. */
  readonly onEvents: (count: number, lastSeq: number) => void;
  /** A control frame came, as JSON. */
  readonly onControl: (json: string) => void;
}

/** One connection to a replay. */
export interface ReplayReader {
  /** Resolves when the server has ended the replay; rejects when the connection is lost before. */
  readonly ended: Promise<void>;
  /** Says something to the server; over WebSocket alone. */
  say(frame: object): void;
  close(): void;
}

export type ReplayTransport = "sse" | "ws";

interface ReplayTarget {
  readonly url: string;
  readonly recorded: Pick<RecordedSession, "room" | "session">;
  /** As in the address: `speed=max&view=all`. */
  readonly query: string;
  readonly transport: ReplayTransport;
}

const endedCode = 4503;

/** Opens one that looks at bytes and parses control frames alone: it must not be what is measured. */
export function openReplayReader(target: ReplayTarget, sink: ReplaySink): ReplayReader {
  const { url, recorded, query, transport } = target;
  const leaf = transport === "ws" ? "replay/ws" : "replay";
  const address = new URL(`${url}/rooms/${recorded.room}/${leaf}?session=${recorded.session}&${query}`);
  return transport === "ws" ? openWs(address, sink) : openSse(address, sink);
}

function openWs(address: URL, sink: ReplaySink): ReplayReader {
  address.protocol = "ws:";
  const socket = new WebSocket(address);
  const ended = Promise.withResolvers<void>();
  const itemStart = '{"cursor":"';
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    const text = String(data);
    if (!text.startsWith('{"type":"batch"')) return sink.onControl(text);
    let count = 0;
    let last = 0;
    for (let at = text.indexOf(itemStart); at >= 0; at = text.indexOf(itemStart, at + itemStart.length)) {
      count += 1;
      last = at;
    }
    const seqStart = text.indexOf("-", last) + 1;
    sink.onEvents(count, Number(text.slice(seqStart, text.indexOf('"', seqStart))));
  });
  socket.addEventListener("close", ({ code }) => {
    if (code === endedCode) ended.resolve();
    else ended.reject(new Error(`a replay was closed with ${code}`));
  });
  return {
    ended: ended.promise,
    say: (frame) => socket.send(JSON.stringify(frame)),
    close: () => socket.close(),
  };
}

const headEnd = "\r\n\r\n";
const frameEnd = Buffer.from("\n\n");
const controlStart = "event: control\ndata: ";
const letterI = 0x69;
const dash = 0x2d;

function openSse(address: URL, sink: ReplaySink): ReplayReader {
  const ended = Promise.withResolvers<void>();
  const scan = createFrameScan(sink);
  const chunks = createChunkedDecoder(scan, () => ended.resolve());
  let head: Buffer | undefined = Buffer.alloc(0);
  const connecting = connect({
    hostname: address.hostname,
    port: Number(address.port),
    socket: {
      open: (socket) => {
        socket.write(`GET ${address.pathname}${address.search} HTTP/1.1\r\nHost: ${address.host}\r\n\r\n`);
      },
      data: (_, bytes) => {
        if (head === undefined) return chunks.push(bytes);
        head = Buffer.concat([head, bytes]);
        const bodyAt = head.indexOf(headEnd) + headEnd.length;
        if (bodyAt < headEnd.length) return undefined;
        if (head.toString("latin1", 9, 12) !== "200")
          return ended.reject(new Error(`a replay was refused: ${head.toString()}`));
        const body = head.subarray(bodyAt);
        head = undefined;
        return chunks.push(body);
      },
      close: () => ended.reject(new Error("a replay was cut off")),
    },
  });
  connecting.catch((error: unknown) => ended.reject(error));
  return {
    ended: ended.promise,
    say: () => {
      throw new TypeError("an event stream can't be told anything");
    },
    close: () => void connecting.then((socket) => socket.terminate()),
  };
}

function createFrameScan({ onEvents, onControl }: ReplaySink): (bytes: Buffer) => void {
  let rest: Buffer | undefined;
  return (chunk) => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    let [from, count, lastAt] = [0, 0, -1];
    for (let to = bytes.indexOf(frameEnd); to >= 0; to = bytes.indexOf(frameEnd, from)) {
      if (bytes[from] === letterI) {
        count += 1;
        lastAt = from;
      } else if (bytes[from] !== 0x3a) onControl(bytes.toString("utf8", from + controlStart.length, to));
      from = to + frameEnd.length;
    }
    if (count > 0) onEvents(count, seqAt(bytes, lastAt));
    rest = from === bytes.length ? undefined : Buffer.from(bytes.subarray(from));
  };
}

function seqAt(bytes: Buffer, from: number): number {
  const start = bytes.indexOf(dash, from) + 1;
  return Number(bytes.toString("latin1", start, bytes.indexOf(0x0a, start)));
}
