import { connect } from "node:net";
import { waitFor } from "@barrage/testkit";
import { Seen } from "./seen.ts";
import { SseReader } from "./sse-reader.ts";
import { readWsFrames } from "./ws-frames.ts";

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

/** Opens a connection by hand and reads what comes until it is told to pause. */
export async function watchRaw(
  format: RawFormat,
  at: { url: string; room: string },
  options: RawOptions = {},
): Promise<RawViewer> {
  const { port } = new URL(at.url);
  const seen = new Seen();
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
  socket.write(requestText(format, at.room, options));
  await waitFor(() => status !== "" || closed, { what: "an answer" });
  return {
    seen,
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

function requestText(
  format: RawFormat,
  room: string,
  { query = "", upgrade = "websocket" }: RawOptions,
): string {
  const path = `/rooms/${room}/${format === "sse" ? "events" : "ws"}?view=all&${query}`;
  const lines = [`GET ${path} HTTP/1.1`, "Host: localhost"];
  if (format === "ws") {
    lines.push("Connection: Upgrade", `Upgrade: ${upgrade}`, "Sec-WebSocket-Version: 13");
    lines.push(`Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}
