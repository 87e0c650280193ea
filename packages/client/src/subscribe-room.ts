import { AppError, isId, parseCursor } from "@barrage/protocol";
import { isFinalRefusal, openConnection } from "./connection.ts";
import type { FeedItem, FeedPhase } from "./feed/feed-item.ts";
import { cursorOf, phaseOf } from "./feed/feed-machine.ts";
import { rulesOf } from "./feed-rules.ts";
import { createFeedRunner } from "./feed-runner.ts";
import { createItemStream } from "./item-stream.ts";
import { notify } from "./notify.ts";
import { type RoomFeedOptions, systemClock } from "./options.ts";
import { createPlaces } from "./places.ts";
import { createSseTransport } from "./transports/sse-transport.ts";
import { createWsTransport } from "./transports/ws-transport.ts";

/** One room, read until it is closed. */
export interface RoomFeed extends AsyncIterable<FeedItem> {
  readonly phase: FeedPhase;
  /** The position to keep for a later `since`; undefined before the first hello. */
  readonly cursor: string | undefined;
  /** Ends the feed. The iterator yields what it holds and the closed state, then finishes. */
  close(): void;
}

function transportsOf(options: RoomFeedOptions, nowMs: () => number) {
  const fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const WebSocket = options.WebSocket ?? globalThis.WebSocket;
  return { sse: createSseTransport({ fetch, nowMs }), ws: createWsTransport({ fetch, WebSocket, nowMs }) };
}

/**
 * Reads a room's events, live and resumed: in the room's order, each once. What can't be had is told, as `skipped`
 * (shed under pressure) or `reset` (position lost); a gap is never silent. Lost connections are made again with full
 * jitter from the last cursor, until `close()`, `signal`, leaving the iterator's loop, or an answer that no retry
 * can change (no such room, no access): then the phase is `closed` and its reason says why. Nothing is thrown.
 *
 * Consume it by callbacks or by one `for await` loop. With `onEvent` given, the iterator sees only what comes after
 * it was taken; without, everything.
 *
 * @throws AppError `room_not_found` or `cursor_malformed` when `room` or `since` could never be right; TypeError for
 * a `url` that is none.
 */
export function subscribeRoom(options: RoomFeedOptions): RoomFeed {
  const { room, signal, budget, view } = options;
  if (!isId(room)) throw new AppError("room_not_found");
  const { ticket, join, needsTicket = false } = options;
  const clock = options.clock ?? systemClock;
  const places = createPlaces({
    url: new URL(options.url),
    ticket,
    join,
    needsTicket,
    isFinal: isFinalRefusal,
    clock,
  });
  const transports = transportsOf(options, clock.nowMs);
  const stream = createItemStream(options.bufferItemsMax ?? 2_000);
  let streaming = options.onEvent === undefined;

  const runner = createFeedRunner({
    rules: rulesOf({ ...options, hasTicket: ticket !== undefined || join !== undefined }),
    since: options.since === undefined ? undefined : parseCursor(options.since),
    clock,
    random: options.random ?? Math.random,
    connect: (order) => openConnection({ places, room, transports, choice: { budget, view } }, order),
    deliver(item) {
      notify(options, item);
      if (streaming) stream.push(item);
    },
    onClosed() {
      signal?.removeEventListener("abort", close);
      stream.end();
    },
  });
  const close = () => runner.close();
  if (signal?.aborted === true) close();
  else signal?.addEventListener("abort", close, { once: true });

  return {
    get phase() {
      return phaseOf(runner.state);
    },
    get cursor() {
      return cursorOf(runner.state);
    },
    close,
    [Symbol.asyncIterator]() {
      streaming = true;
      return stream.iterator(close);
    },
  };
}
