import { mayReconnect } from "@barrage/protocol";
import type { Failure } from "../feed/feed-item.ts";
import { DecodeError, decodeControl, decodeEvent, parseJson, propertyOf } from "./decode.ts";
import { refusalOf } from "./refusal.ts";
import type { FetchLike } from "./sse-transport.ts";
import { roomAddress, type Transport, type TransportRequest, type TransportSink } from "./transport.ts";

/** The part of `WebSocket` that the feed uses. */
export type WebSocketLike = new (url: URL) => WebSocket;

/** What the WebSocket transport needs from its surroundings. */
export interface WsTransportDeps {
  readonly WebSocket: WebSocketLike;
  readonly fetch: FetchLike;
  readonly nowMs: () => number;
}

const pong = JSON.stringify({ type: "pong" });

/** Reads one text frame; `reply` answers a heartbeat. @throws DecodeError for what makes no sense. */
export function takeMessage(text: string, sink: TransportSink, reply: (text: string) => void) {
  const value = parseJson(text);
  if (propertyOf(value, "type") !== "batch") {
    const frame = decodeControl(value);
    if (frame?.type === "heartbeat") reply(pong);
    if (frame !== undefined) sink.onFrame(frame);
    return;
  }
  const events = propertyOf(value, "events");
  if (!Array.isArray(events)) throw new DecodeError("a batch without events");
  for (const item of events) decodeEvent(propertyOf(item, "cursor"), propertyOf(item, "event"), sink);
}

/** A refused upgrade, asked again as an ordinary request that shows its status. */
async function askWhy(request: TransportRequest, { fetch, nowMs }: WsTransportDeps): Promise<Failure> {
  const stop = new AbortController();
  try {
    const query = await request.freshQuery();
    const response = await fetch(roomAddress({ ...request, query }, "events"), {
      signal: AbortSignal.any([request.signal, stop.signal]),
      headers: { accept: "text/event-stream" },
      cache: "no-store",
      credentials: "omit",
    });
    // A stream instead of an error: the room is fine, so it was the upgrade that did not get through.
    return response.ok ? { cause: "network" } : await refusalOf(response, nowMs());
  } catch {
    return { cause: "network" };
  } finally {
    stop.abort();
  }
}

/** Reads frames until the socket closes. */
function listen(socket: WebSocket, { sink, signal }: TransportRequest): void {
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (signal.aborted) return;
    sink.onAlive();
    try {
      if (typeof data !== "string") throw new DecodeError("a binary frame");
      takeMessage(data, sink, (text) => socket.send(text));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      sink.onFailure({ cause: "protocol" });
    }
  });
}

/**
 * Reads a room over a WebSocket. A refused upgrade shows a browser no status at all; then the same room is asked for
 * over HTTP, only to learn why, so that "no such room" ends the feed instead of being retried for ever.
 */
export function createWsTransport(deps: WsTransportDeps): Transport {
  return (request) => {
    const { sink, signal } = request;
    if (signal.aborted) return;
    const address = roomAddress(request, "ws");
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new deps.WebSocket(address);
    let opened = false;
    const stop = () => socket.close();
    signal.addEventListener("abort", stop, { once: true });
    socket.addEventListener("open", () => {
      opened = true;
    });
    listen(socket, request);
    // A browser tells nothing in `error`, and always closes after it.
    socket.addEventListener("close", ({ code }) => {
      signal.removeEventListener("abort", stop);
      if (opened || !mayReconnect(code)) sink.onFailure({ cause: "closed", closeCode: code });
      else void askWhy(request, deps).then(sink.onFailure);
    });
  };
}
