import { connect } from "node:net";
import { waitFor } from "@barrage/testkit";
import { Seen } from "./seen.ts";
import { type BlockSink, SseReader } from "./sse-reader.ts";
import { readWsFrames, type TextSink } from "./ws-frames.ts";

type RawFormat = "sse" | "ws";

/** A viewer on a bare socket, which can stop reading altogether. */
export interface RawViewer extends AsyncDisposable {
  readonly seen: Seen;
  /** The status line of the answer. */
  readonly status: string;
  readonly isClosed: () => boolean;
  /** The close code, over WebSocket. */
  readonly closeCode: () => number | undefined;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly send: (bytes: Uint8Array) => void;
}

interface RawOptions {
  readonly query?: string;
  /** As it is put on the wire. */
  readonly upgrade?: string;
}

/** Watches a room by hand, and reads what comes until it is told to pause. */
export async function watchRaw(
  format: RawFormat,
  { url, room }: { url: string; room: string },
  options: RawOptions = {},
): Promise<RawViewer> {
  const seen = new Seen();
  const address = `${url}/rooms/${room}/${format === "sse" ? "events" : "ws"}?view=all&${options.query ?? ""}`;
  return { seen, ...(await openRaw(format, { address, seen, upgrade: options.upgrade })) };
}

interface RawTarget {
  readonly address: string;
  readonly seen: Seen | (BlockSink & TextSink);
  readonly upgrade?: string | undefined;
}

/** Opens a connection by hand. */
export async function openRaw(
  format: RawFormat,
  { address, seen, upgrade }: RawTarget,
): Promise<Omit<RawViewer, "seen">> {
  const { port, pathname, search } = new URL(address);
  const socket = connect({ host: "127.0.0.1", port: Number(port) });
  let received = Buffer.alloc(0);
  let status = "";
  let closed = false;
  let closeCode: number | undefined;
  const sse = new SseReader(seen);

  function readBody(): void {
    if (format === "sse") received = sse.readChunked(received);
    else {
      const { rest, code } = readWsFrames(received, seen);
      received = rest;
      closeCode ??= code;
    }
  }

  socket.on("data", (bytes) => {
    received = Buffer.concat([received, Buffer.from(bytes)]);
    const headEnd = received.indexOf("\r\n\r\n");
    if (status === "" && headEnd >= 0) {
      status = received.subarray(0, received.indexOf("\r\n")).toString();
      received = received.subarray(headEnd + 4);
    }
    if (status !== "") readBody();
  });
  socket.on("close", () => {
    closed = true;
  });
  socket.on("error", () => undefined);
  socket.write(requestText(format, `${pathname}${search}`, upgrade));
  await waitFor(() => status !== "" || closed, { what: "an answer" });
  return {
    status,
    isClosed: () => closed,
    closeCode: () => closeCode,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    send: (bytes) => void socket.write(bytes),
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
}

function requestText(format: RawFormat, path: string, upgrade = "websocket"): string {
  const lines = [`GET ${path} HTTP/1.1`, "Host: localhost"];
  if (format === "ws") {
    lines.push("Connection: Upgrade", `Upgrade: ${upgrade}`, "Sec-WebSocket-Version: 13");
    lines.push(`Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}
