import type { Cursor } from "@barrage/protocol";

/** Why a connection of a light viewer is over. */
export type ReaderEnd =
  | { readonly kind: "lost" }
  /** The server answered with an error: an ErrorBody's code where it had one. */
  | { readonly kind: "refused"; readonly status: number; readonly code: string }
  /** The server said goodbye; null: for good. */
  | { readonly kind: "goodbye"; readonly retryAfterMs: number | null }
  /** The server said something that the protocol does not know. */
  | { readonly kind: "nonsense"; readonly detail: string };

/** What a reader tells about one connection. After `onEnd`, and after `close()`, nothing more. */
export interface ReaderSink {
  readonly onAlive: () => void;
  readonly onHello: (cursor: Cursor, heartbeatMs: number) => void;
  readonly onLive: () => void;
  /** An event; `ageMicros` since it was sent, when it carries a stamp. */
  readonly onEvent: (seq: number, ageMicros: number | undefined) => void;
  readonly onSkipped: (count: number, cursor: Cursor) => void;
  readonly onReset: (cursor: Cursor) => void;
  readonly onEnd: (end: ReaderEnd) => void;
}

/** One connection. */
export interface Reader {
  /** Cuts the connection, as a lost network would: without a word. */
  close(): void;
}

/** Where to connect, and how. */
export interface ReaderTarget {
  readonly url: string;
  readonly room: string;
  readonly since: string | undefined;
  readonly ticket: string | undefined;
  /** Every event, not only those that the node's limiter shows. */
  readonly wantsAll?: boolean | undefined;
}

/** `<url>/rooms/<room>/<leaf>?since=…&ticket=…` */
export function targetUrl(target: ReaderTarget, leaf: "events" | "ws"): URL {
  const { url, room, since, ticket, wantsAll } = target;
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/rooms/${room}/${leaf}`;
  if (since !== undefined) address.searchParams.set("since", since);
  if (ticket !== undefined) address.searchParams.set("ticket", ticket);
  if (wantsAll === true) address.searchParams.set("view", "all");
  return address;
}
