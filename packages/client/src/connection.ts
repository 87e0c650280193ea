import { type Cursor, formatCursor, isErrorCode } from "@barrage/protocol";
import type { Failure } from "./feed/feed-item.ts";
import type { Via } from "./feed/feed-state.ts";
import type { RoomFeedOptions } from "./options.ts";
import { propertyOf } from "./transports/decode.ts";
import type { Transport, TransportSink } from "./transports/transport.ts";

/** What every connection of a feed shares. */
export interface ConnectionDeps {
  readonly url: URL;
  readonly room: string;
  /** What is shown of a crowd. */
  readonly choice: {
    readonly budget: RoomFeedOptions["budget"] | undefined;
    readonly view: RoomFeedOptions["view"] | undefined;
  };
  readonly ticket: (() => Promise<string | undefined>) | undefined;
  readonly transports: Readonly<Record<Via, Transport>>;
}

/** What one connection is to do. */
export interface ConnectionOrder {
  readonly via: Via;
  readonly since: Cursor | undefined;
  readonly tail: number | undefined;
  readonly sink: TransportSink;
}

/**
 * A sink that goes deaf when `signal` aborts or after the first failure: what an old connection still says must
 * never reach the feed that has moved on.
 */
function guarded(sink: TransportSink, signal: AbortSignal): TransportSink {
  let over = false;
  const guard =
    <Args extends readonly unknown[]>(call: (...args: Args) => void) =>
    (...args: Args) => {
      if (!over && !signal.aborted) call(...args);
    };
  return {
    onAlive: guard(sink.onAlive),
    onFrame: guard(sink.onFrame),
    onEvent: guard(sink.onEvent),
    onRetry: guard(sink.onRetry),
    onFailure: guard((failure) => {
      over = true;
      sink.onFailure(failure);
    }),
  };
}

/** A `ticket()` that was refused says why by an AppError, or by a tRPC error that carries our body. */
function ticketFailure(error: unknown): Failure {
  const body = propertyOf(propertyOf(error, "data"), "barrage");
  const code = propertyOf(error, "code");
  const ours = isErrorCode(code) ? code : propertyOf(body, "code");
  return isErrorCode(ours) ? { cause: "ticket", code: ours } : { cause: "ticket" };
}

/** Starts one connection. Returns how to end it; after that its sink is never called again. */
export function openConnection(deps: ConnectionDeps, order: ConnectionOrder): () => void {
  const { url, room, ticket, transports, choice } = deps;
  const stop = new AbortController();
  const { signal } = stop;
  const sink = guarded(order.sink, signal);

  async function newQuery() {
    const query = new URLSearchParams();
    if (order.since !== undefined) query.set("since", formatCursor(order.since));
    if (order.tail !== undefined) query.set("tail", String(order.tail));
    if (choice.budget !== undefined) query.set("budget", String(choice.budget));
    if (choice.view !== undefined) query.set("view", choice.view);
    const value = await ticket?.();
    if (value !== undefined) query.set("ticket", value);
    return query;
  }

  async function start() {
    let query: URLSearchParams;
    try {
      query = await newQuery();
    } catch (error) {
      return sink.onFailure(ticketFailure(error));
    }
    if (signal.aborted) return;
    try {
      transports[order.via]({ url, room, query, freshQuery: newQuery, sink, signal });
    } catch {
      // A browser throws for what a page may never open, such as ws: from https:. The other way may be allowed.
      sink.onFailure({ cause: "network" });
    }
  }
  void start();
  return () => stop.abort();
}
