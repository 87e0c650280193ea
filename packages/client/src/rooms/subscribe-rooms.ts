import { AppError, type Cursor, isId, parseCursor } from "@barrage/protocol";
import type { FeedItem, FeedPhase } from "../feed/feed-item.ts";
import { cursorOf, phaseOf } from "../feed/feed-machine.ts";
import { rulesOf } from "../feed-rules.ts";
import { createFeedRunner, type FeedRunner } from "../feed-runner.ts";
import { notify } from "../notify.ts";
import { type Clock, systemClock } from "../options.ts";
import { createPlaces, type Places } from "../places.ts";
import type { FetchLike } from "../transports/sse-transport.ts";
import { openRoomsConnection } from "./rooms-connection.ts";
import { createRoomsItemStream, type RoomsItemStream } from "./rooms-item-stream.ts";
import { RoomsLink } from "./rooms-link.ts";
import type { RoomsFeedItem, RoomsFeedOptions } from "./rooms-options.ts";

/** Several rooms, read over one connection until it is closed. */
export interface RoomsFeed extends AsyncIterable<RoomsFeedItem> {
  /** The rooms that are read. One that was closed for good (deleted, say) is not among them any more. */
  readonly rooms: readonly string[];
  /** By room: the position to keep for a later `since`; rooms that have none yet are left out. */
  readonly cursors: Readonly<Record<string, string>>;
  /** Where a room stands; undefined for one that is not read. */
  phaseOf(room: string): FeedPhase | undefined;
  /** Reads another room, from a cursor of an earlier life on. Nothing happens when it is read already. @throws as {@link subscribeRooms}. */
  add(room: string, since?: string): void;
  /** Reads a room no more; its last item is its closed state. */
  remove(room: string): void;
  /** Ends the feed. The iterator yields what it holds and the closed states, then finishes. */
  close(): void;
}

/**
 * Reads the events of several rooms over one connection, with the promises of `subscribeRoom` for each of them: in the
 * room's order, each once, and what can't be had is told. Between rooms there is no order. Rooms may be added and
 * removed while it runs; over a WebSocket by a word, over SSE by a second stream that takes over without a pause. A
 * lost connection is made again for all rooms at once, each going on from its own cursor; with `join`, at the next of the
 * nodes that it names. A room that is closed for good says why in its state and leaves the others alone.
 *
 * @throws AppError `room_not_found` or `cursor_malformed` when a room or cursor could never be right; TypeError for a
 * `url` that is none.
 */
export function subscribeRooms(options: RoomsFeedOptions): RoomsFeed {
  const wanted = [...new Set(options.rooms)].map((room) => ({
    room,
    since: checked(room, options.since?.[room]),
  }));
  const feed = new SharedFeed(options);
  for (const { room, since } of wanted) feed.start(room, since);
  return feed;
}

class SharedFeed implements RoomsFeed {
  readonly #options: RoomsFeedOptions;
  readonly #clock: Clock;
  readonly #stream: RoomsItemStream;
  readonly #link: RoomsLink;
  readonly #runners = new Map<string, FeedRunner>();
  readonly #onAbort = () => this.close();
  #streaming: boolean;
  #isClosed = false;

  constructor(options: RoomsFeedOptions) {
    const { signal } = options;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#stream = createRoomsItemStream(options.bufferItemsMax ?? 2_000);
    this.#streaming = options.onEvent === undefined;
    const connection = connectionDeps(options, this.#clock);
    this.#link = new RoomsLink({
      clock: this.#clock,
      random: options.random ?? Math.random,
      positionOf: (room) => this.#runners.get(room)?.state.position,
      ticket: options.ticket,
      places: placesOf(options, this.#clock),
      open: (via, opening) => openRoomsConnection[via](connection, opening),
    });
    if (signal?.aborted === true) queueMicrotask(this.#onAbort);
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get rooms(): readonly string[] {
    return [...this.#runners.keys()];
  }

  get cursors(): Readonly<Record<string, string>> {
    const cursors = [...this.#runners].map(([room, { state }]) => [room, cursorOf(state)] as const);
    return Object.fromEntries(
      cursors.flatMap(([room, cursor]) => (cursor === undefined ? [] : [[room, cursor]])),
    );
  }

  phaseOf(room: string): FeedPhase | undefined {
    const runner = this.#runners.get(room);
    return runner === undefined ? undefined : phaseOf(runner.state);
  }

  add(room: string, since?: string): void {
    const from = checked(room, since);
    if (!this.#isClosed && !this.#runners.has(room)) this.start(room, from);
  }

  remove(room: string): void {
    this.#runners.get(room)?.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    if (this.#runners.size === 0) this.#stream.end();
    for (const runner of this.#runners.values()) runner.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<RoomsFeedItem> {
    this.#streaming = true;
    return this.#stream.iterator(() => this.close());
  }

  /** Reads a room, from a position that was checked. */
  start(room: string, since: Cursor | undefined): void {
    const callbacks = inRoom(this.#options, room);
    const runner = createFeedRunner({
      rules: rulesOf({ ...this.#options, hasTicket: this.#options.ticket !== undefined }),
      since,
      clock: this.#clock,
      random: () => this.#link.dice,
      connect: (order) => this.#link.connect(room, order),
      deliver: (item) => {
        notify(callbacks, item);
        if (this.#streaming) this.#stream.push(room, item);
      },
      onClosed: () => {
        this.#runners.delete(room);
        if (this.#isClosed && this.#runners.size === 0) this.#stream.end();
      },
    });
    this.#runners.set(room, runner);
  }
}

/** Tickets are each room's own: a place needs none, and so `url` is always left. */
function placesOf({ url, join }: RoomsFeedOptions, clock: Clock): Places {
  return createPlaces({
    url: new URL(url),
    ticket: undefined,
    join: join === undefined ? undefined : async () => ({ nodes: (await join()).nodes }),
    needsTicket: false,
    isFinal: () => false,
    clock,
  });
}

function connectionDeps(options: RoomsFeedOptions, { nowMs }: Clock) {
  const fetch: FetchLike = options.fetch ?? ((address, init) => globalThis.fetch(address, init));
  return {
    choice: { budget: options.budget, view: options.view },
    fetch,
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    nowMs,
  };
}

function checked(room: string, since: string | undefined): Cursor | undefined {
  if (!isId(room)) throw new AppError("room_not_found");
  return since === undefined ? undefined : parseCursor(since);
}

/** The callbacks of several rooms as those of one of them. */
function inRoom({ onEvent, onState, onSkipped, onMerged, onReset }: RoomsFeedOptions, room: string) {
  const named =
    <Item extends FeedItem>(call: ((item: Item & { readonly room: string }) => void) | undefined) =>
    (item: Item) =>
      call?.({ ...item, room });
  return {
    onEvent: named(onEvent),
    onState: named(onState),
    onSkipped: named(onSkipped),
    onMerged: named(onMerged),
    onReset: named(onReset),
  };
}
