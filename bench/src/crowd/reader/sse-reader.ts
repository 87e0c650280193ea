import { connect, type Socket } from "bun";
import { createChunkedDecoder } from "./chunked.ts";
import { type Reader, type ReaderEnd, type ReaderSink, type ReaderTarget, targetUrl } from "./reader.ts";
import { createSseScan } from "./sse-scan.ts";

const headEnd = "\r\n\r\n";
const headBytesMax = 16_384;

interface Head {
  readonly status: number;
  readonly chunked: boolean;
  readonly bodyAt: number;
}

function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return undefined;
  const text = bytes.toString("latin1", 0, end).toLowerCase();
  return {
    status: Number(text.slice(9, 12)),
    chunked: /\r\ntransfer-encoding:[^\r]*chunked/.test(text),
    bodyAt: end + headEnd.length,
  };
}

/** The code in an error's body, which is small enough to come with its head. */
function codeIn(body: string): string {
  return /"code":"([a-z_]+)"/.exec(body)?.[1] ?? "no code";
}

/** Takes an HTTP/1.1 answer apart: its head, then its body into the scanner. */
function createAnswer(sink: ReaderSink) {
  const scan = createSseScan(sink);
  const onBody = (bytes: Buffer) => scan.push(bytes);
  let head = Buffer.alloc(0);
  let take: ((bytes: Buffer) => void) | undefined;

  return (bytes: Buffer) => {
    sink.onAlive();
    if (take !== undefined) return take(bytes);
    head = Buffer.concat([head, bytes]);
    const found = readHead(head);
    if (found === undefined) {
      if (head.length > headBytesMax) sink.onEnd({ kind: "nonsense", detail: "an endless head" });
      return;
    }
    const { status, chunked, bodyAt } = found;
    const body = head.subarray(bodyAt);
    if (status !== 200) return sink.onEnd({ kind: "refused", status, code: codeIn(body.toString()) });
    const chunks = createChunkedDecoder(onBody, () => sink.onEnd({ kind: "lost" }));
    take = chunked ? (bytes) => chunks.push(bytes) : onBody;
    if (body.length > 0) take(body);
  };
}

/** Says nothing after the end, and cuts the socket there. */
function endingOnce(sink: ReaderSink, cut: () => void): ReaderSink & { readonly mute: () => void } {
  let over = false;
  return {
    ...sink,
    mute() {
      over = true;
    },
    onEnd(end: ReaderEnd) {
      if (over) return;
      over = true;
      cut();
      sink.onEnd(end);
    },
  };
}

/**
 * Reads a room's event stream from a bare socket. `fetch` would do the same with a stream object, a promise and a
 * thread hop per read; a thousand viewers could not share a core with the server they measure.
 */
export function openSseReader(target: ReaderTarget, given: ReaderSink): Reader {
  const address = targetUrl(target, "events");
  const secure = address.protocol === "https:";
  let socket: Socket | undefined;
  let closed = false;
  const cut = () => {
    closed = true;
    socket?.terminate();
  };
  const sink = endingOnce(given, cut);
  const answer = createAnswer(sink);
  const request = `GET ${address.pathname}${address.search} HTTP/1.1\r\nHost: ${address.host}\r\nAccept: text/event-stream\r\n\r\n`;

  const connecting = connect({
    hostname: address.hostname.replaceAll(/[[\]]/g, ""),
    port: Number(address.port) || (secure ? 443 : 80),
    tls: secure,
    socket: {
      open(opened) {
        socket = opened;
        if (closed) opened.terminate();
        else opened.write(request);
      },
      data(_, bytes) {
        if (!closed) answer(bytes);
      },
      close: () => sink.onEnd({ kind: "lost" }),
      error: () => sink.onEnd({ kind: "lost" }),
      connectError: () => sink.onEnd({ kind: "lost" }),
    },
  });
  connecting.catch(() => sink.onEnd({ kind: "lost" }));
  return {
    close() {
      sink.mute();
      cut();
    },
  };
}
