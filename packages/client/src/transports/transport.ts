import type { ControlFrame, Cursor } from "@barrage/protocol";
import type { EventItem, Failure, UnknownItem } from "../feed/feed-item.ts";

/** What a connection tells while it lives. After `onFailure` it says nothing more. */
export interface TransportSink {
  /** Bytes came, of whatever kind. */
  readonly onAlive: () => void;
  readonly onFrame: (frame: ControlFrame) => void;
  readonly onEvent: (cursor: Cursor, item: EventItem | UnknownItem) => void;
  /** The server's standing wish for the shortest way back (SSE `retry:`). */
  readonly onRetry: (retryMs: number) => void;
  readonly onFailure: (failure: Failure) => void;
}

/** One way to read a room. The connection starts at once and lives until `signal` or its own failure. */
export type Transport = (request: TransportRequest) => void;

/** What a transport needs for one connection. */
export interface TransportRequest {
  /** The base address of the realtime node. */
  readonly url: URL;
  readonly room: string;
  readonly query: URLSearchParams;
  /** The same query for a second request: a ticket serves one request alone. */
  readonly freshQuery: () => Promise<URLSearchParams>;
  readonly sink: TransportSink;
  /** Aborted when the connection is no longer wanted. */
  readonly signal: AbortSignal;
}

/** The address of a room's stream: `<url>/rooms/<room>/<leaf>?<query>`. */
export function roomAddress({ url, room, query }: TransportRequest, leaf: "events" | "ws"): URL {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/rooms/${room}/${leaf}`;
  address.search = query.toString();
  return address;
}
