import { mayReconnect, type ReplayClientFrame } from "@barrage/protocol";
import type { Failure } from "../feed/feed-item.ts";
import { DecodeError } from "../transports/decode.ts";
import { refusalOf } from "../transports/refusal.ts";
import type { FetchLike } from "../transports/sse-transport.ts";
import type { TransportSink } from "../transports/transport.ts";
import { takeMessage, type WebSocketLike } from "../transports/ws-transport.ts";

/** One socket of a replay. */
export interface ReplayConnection {
  /** Says something. @returns false when the socket is not open (any more), and nothing was said */
  send(frame: ReplayClientFrame): boolean;
  /** Ends it; its sink hears nothing after that. */
  close(): void;
}

interface ReplayConnectionOptions {
  /** The address of the replay over HTTP, with its whole query. */
  readonly address: URL;
  /** The same with a fresh ticket, to ask why a socket was refused. */
  readonly freshAddress: () => Promise<URL>;
  readonly sink: TransportSink;
  readonly fetch: FetchLike;
  readonly WebSocket: WebSocketLike;
  readonly nowMs: () => number;
}

/** Opens one. Its end, however it came, is told by `onFailure`, once. */
export function openReplayConnection(options: ReplayConnectionOptions): ReplayConnection {
  const { address, sink } = options;
  const url = new URL(address);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.pathname += "/ws";
  const socket = new options.WebSocket(url);
  let isOver = false;
  let wasOpen = false;

  function fail(failure: Failure): void {
    if (isOver) return;
    isOver = true;
    socket.close();
    sink.onFailure(failure);
  }

  socket.addEventListener("open", () => {
    wasOpen = true;
  });
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (isOver) return;
    sink.onAlive();
    try {
      if (typeof data !== "string") throw new DecodeError("a binary frame");
      takeMessage(data, sink, (text) => socket.send(text));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      fail({ cause: "protocol" });
    }
  });
  socket.addEventListener("close", ({ code }) => {
    if (wasOpen || !mayReconnect(code)) fail({ cause: "closed", closeCode: code });
    else void askWhy(options).then(fail);
  });
  return {
    send(frame) {
      if (isOver || !wasOpen) return false;
      socket.send(JSON.stringify(frame));
      return true;
    },
    close() {
      isOver = true;
      socket.close();
    },
  };
}

/** A refused upgrade shows a browser no status: asked again as an ordinary request, which does. */
async function askWhy({ freshAddress, fetch, nowMs }: ReplayConnectionOptions): Promise<Failure> {
  const stop = new AbortController();
  try {
    const response = await fetch(await freshAddress(), { signal: stop.signal, credentials: "omit" });
    return response.ok ? { cause: "network" } : await refusalOf(response, nowMs());
  } catch {
    return { cause: "network" };
  } finally {
    stop.abort();
  }
}
