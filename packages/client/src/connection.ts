import { type Cursor, type ErrorCode, errorTable, formatCursor, isErrorCode } from "@barrage/protocol";
import type { Failure } from "./feed/feed-item.ts";
import type { Via } from "./feed/feed-state.ts";
import type { RoomFeedOptions } from "./options.ts";
import type { Place, Places } from "./places.ts";
import { propertyOf } from "./transports/decode.ts";
import type { Transport, TransportSink } from "./transports/transport.ts";

/** What every connection of a feed shares. */
export interface ConnectionDeps {
  readonly places: Places;
  readonly room: string;
  /** What is shown of a crowd. */
  readonly choice: {
    readonly budget: RoomFeedOptions["budget"] | undefined;
    readonly view: RoomFeedOptions["view"] | undefined;
  };
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

/** A `ticket()` or `join()` that was refused says why by an AppError, or by a tRPC error that carries our body. */
function codeOf(error: unknown): ErrorCode | undefined {
  const body = propertyOf(propertyOf(error, "data"), "barrage");
  const code = propertyOf(error, "code");
  const ours = isErrorCode(code) ? code : propertyOf(body, "code");
  return isErrorCode(ours) ? ours : undefined;
}

/** Whether there is no use in asking again. */
export function isFinalRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && errorTable[code].retry === "never";
}

/** A `ticket()` or `join()` that failed. */
export function ticketFailure(error: unknown): Failure {
  const code = codeOf(error);
  return code === undefined ? { cause: "ticket" } : { cause: "ticket", code };
}

/**
 * Starts one connection. Returns how to end it; after that its sink is never called again. However it was lost (silence
 * is the feed's own finding), it is ended before the feed wants another: then the places know that it failed there.
 */
export function openConnection(deps: ConnectionDeps, order: ConnectionOrder): () => void {
  const { places, room, transports, choice } = deps;
  const stop = new AbortController();
  const { signal } = stop;
  const sink = guarded(order.sink, signal);
  let place: Place | undefined;

  function queryWith(ticket: string | undefined) {
    const query = new URLSearchParams();
    if (order.since !== undefined) query.set("since", formatCursor(order.since));
    if (order.tail !== undefined) query.set("tail", String(order.tail));
    if (choice.budget !== undefined) query.set("budget", String(choice.budget));
    if (choice.view !== undefined) query.set("view", choice.view);
    if (ticket !== undefined) query.set("ticket", ticket);
    return query;
  }

  async function start() {
    try {
      place = await places.next();
    } catch (error) {
      return sink.onFailure(ticketFailure(error));
    }
    if (signal.aborted) return;
    try {
      const { url, ticket } = place;
      transports[order.via]({
        url,
        room,
        query: queryWith(ticket),
        freshQuery: async () => queryWith(await places.ticket()),
        sink: {
          ...sink,
          onFrame(frame) {
            if (frame.type === "hello") places.worked();
            sink.onFrame(frame);
          },
        },
        signal,
      });
    } catch {
      // A browser throws for what a page may never open, such as ws: from https:. The other way may be allowed.
      sink.onFailure({ cause: "network" });
    }
  }
  void start();
  return () => {
    stop.abort();
    if (place !== undefined) places.failed(place.url);
  };
}
