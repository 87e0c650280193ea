import {
  type ControlFrame,
  type Cursor,
  formatRoomCursors,
  mayReconnect,
  type RoomsClientFrame,
  sseControlEvent,
} from "@barrage/protocol";
import type { EventItem, Failure, UnknownItem } from "../feed/feed-item.ts";
import type { Via } from "../feed/feed-state.ts";
import type { RoomFeedOptions } from "../options.ts";
import { DecodeError, decodeControl, decodeEvent, parseJson, propertyOf } from "../transports/decode.ts";
import { refusalOf } from "../transports/refusal.ts";
import { type FetchLike, readEventStream } from "../transports/sse-transport.ts";
import type { WebSocketLike } from "../transports/ws-transport.ts";

/** What a connection for several rooms tells while it lives. After `onFailure` it says nothing more. */
export interface RoomsSink {
  readonly onAlive: () => void;
  readonly onFrame: (frame: ControlFrame) => void;
  readonly onEvent: (room: string, cursor: Cursor, item: EventItem | UnknownItem) => void;
  readonly onRetry: (retryMs: number) => void;
  readonly onFailure: (failure: Failure) => void;
}

/** Where a room begins on a connection. */
export interface RoomOrder {
  readonly room: string;
  readonly since: Cursor | undefined;
  readonly tail: number | undefined;
  readonly ticket: string | undefined;
}

/** One connection that carries several rooms. */
export interface RoomsConnection {
  /** Adds a room, once it is open; only a WebSocket can. */
  readonly subscribe: (order: RoomOrder) => void;
  readonly unsubscribe: (room: string) => void;
  /** Ends it; its sink hears nothing after that. */
  readonly close: () => void;
}

interface RoomsConnectionDeps {
  readonly choice: {
    readonly budget: RoomFeedOptions["budget"] | undefined;
    readonly view: RoomFeedOptions["view"] | undefined;
  };
  readonly fetch: FetchLike;
  readonly WebSocket: WebSocketLike;
  readonly nowMs: () => number;
}

/** What a connection begins with. */
export interface RoomsOpening {
  /** The base address of a realtime node. */
  readonly url: URL;
  /** The rooms to begin with. */
  readonly orders: readonly RoomOrder[];
  readonly sink: RoomsSink;
}

/** Opens one, by either way. */
export const openRoomsConnection: Readonly<
  Record<Via, (deps: RoomsConnectionDeps, opening: RoomsOpening) => RoomsConnection>
> = { sse: openSse, ws: openWs };

const pong = { type: "pong" } as const;

function openSse(deps: RoomsConnectionDeps, { url, orders, sink }: RoomsOpening): RoomsConnection {
  const stop = new AbortController();
  const { signal } = stop;
  const guarded = guard(
    sink,
    () => signal.aborted,
    () => stop.abort(),
  );
  const { fetch, nowMs } = deps;
  const onMessage = ({ event, data }: { readonly event: string; readonly data: string }) => {
    // Other names are a newer server's: no event of a room's log is among them.
    if (event === "message" || event === sseControlEvent) takeFrame(parseJson(data), guarded);
  };
  const address = addressOf(url, "events", sseQuery(deps, orders));
  void readEventStream({ address, signal, sink: guarded, onMessage }, { fetch, nowMs });
  return {
    subscribe() {
      throw new Error("an event stream has the rooms that it was opened with");
    },
    unsubscribe: () => undefined,
    close: () => stop.abort(),
  };
}

function openWs(deps: RoomsConnectionDeps, { url, orders, sink }: RoomsOpening): RoomsConnection {
  const address = addressOf(url, "events/ws", choiceQuery(deps));
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new deps.WebSocket(address);
  let isOver = false;
  let wasOpen = false;
  const guarded = guard(
    sink,
    () => isOver,
    () => {
      isOver = true;
      socket.close();
    },
  );
  const waiting: RoomsClientFrame[] = orders.map(subscribeFrame);
  const say = (frame: RoomsClientFrame) => {
    if (wasOpen && !isOver) socket.send(JSON.stringify(frame));
    else if (!isOver) waiting.push(frame);
  };
  socket.addEventListener("open", () => {
    wasOpen = true;
    for (const frame of waiting.splice(0)) say(frame);
  });
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    guarded.onAlive();
    try {
      if (typeof data !== "string") throw new DecodeError("a binary frame");
      const frame = takeFrame(parseJson(data), guarded);
      if (frame?.type === "heartbeat") say(pong);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      guarded.onFailure({ cause: "protocol" });
    }
  });
  socket.addEventListener("close", ({ code }) => {
    if (wasOpen || !mayReconnect(code)) guarded.onFailure({ cause: "closed", closeCode: code });
    else void askWhy(url, deps).then(guarded.onFailure);
  });
  return {
    subscribe: (order) => say(subscribeFrame(order)),
    unsubscribe: (room) => say({ type: "unsubscribe", room }),
    close() {
      isOver = true;
      socket.close();
    },
  };
}

/** Deaf once it is over: what an old connection still says must never reach rooms that have moved on. */
function guard(sink: RoomsSink, isOver: () => boolean, end: () => void): RoomsSink {
  const unlessOver =
    <Args extends readonly unknown[]>(call: (...args: Args) => void) =>
    (...args: Args) => {
      if (!isOver()) call(...args);
    };
  return {
    onAlive: unlessOver(sink.onAlive),
    onFrame: unlessOver(sink.onFrame),
    onEvent: unlessOver(sink.onEvent),
    onRetry: unlessOver(sink.onRetry),
    onFailure: unlessOver((failure) => {
      end();
      sink.onFailure(failure);
    }),
  };
}

/** Reads a batch or a control frame. @throws DecodeError for what makes no sense. */
function takeFrame(value: unknown, sink: RoomsSink): ControlFrame | undefined {
  if (propertyOf(value, "type") !== "batch") {
    const frame = decodeControl(value);
    if (frame !== undefined) sink.onFrame(frame);
    return frame;
  }
  const events = propertyOf(value, "events");
  const room = propertyOf(value, "room");
  if (!Array.isArray(events) || typeof room !== "string") throw new DecodeError("a batch without events");
  const onEvent = (cursor: Cursor, item: EventItem | UnknownItem) => sink.onEvent(room, cursor, item);
  for (const item of events) decodeEvent(propertyOf(item, "cursor"), propertyOf(item, "event"), { onEvent });
  return undefined;
}

function subscribeFrame({ room, since, tail, ticket }: RoomOrder): RoomsClientFrame {
  return {
    type: "subscribe",
    room,
    ...(since === undefined ? {} : { since: `${since.epoch}-${since.seq}` }),
    ...(tail === undefined ? {} : { tail }),
    ...(ticket === undefined ? {} : { ticket }),
  };
}

function sseQuery(deps: RoomsConnectionDeps, orders: readonly RoomOrder[]): URLSearchParams {
  const query = choiceQuery(deps);
  // The cursors come with the batches, and are kept here.
  query.set("ids", "none");
  query.set("rooms", orders.map(({ room }) => room).join(","));
  const cursors = orders.flatMap(({ room, since }): (readonly [string, Cursor])[] =>
    since === undefined ? [] : [[room, since]],
  );
  if (cursors.length > 0) query.set("since", formatRoomCursors(cursors));
  const tail = Math.max(0, ...orders.map((order) => order.tail ?? 0));
  if (tail > 0) query.set("tail", String(tail));
  const tickets = orders.flatMap(({ room, ticket }) => (ticket === undefined ? [] : [`${room}:${ticket}`]));
  if (tickets.length > 0) query.set("tickets", tickets.join(","));
  return query;
}

function choiceQuery({ choice: { budget, view } }: RoomsConnectionDeps): URLSearchParams {
  const query = new URLSearchParams();
  if (budget !== undefined) query.set("budget", String(budget));
  if (view !== undefined) query.set("view", view);
  return query;
}

function addressOf(url: URL, leaf: string, query: URLSearchParams): URL {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/${leaf}`;
  address.search = query.toString();
  return address;
}

/**
 * A refused upgrade shows a browser no status: asked again as an ordinary request. It names no room, so that it is
 * refused for that when nothing else speaks against a connection.
 */
async function askWhy(url: URL, deps: RoomsConnectionDeps): Promise<Failure> {
  try {
    const response = await deps.fetch(addressOf(url, "events", new URLSearchParams()), {
      headers: { accept: "text/event-stream" },
      cache: "no-store",
      credentials: "omit",
    });
    const failure = await refusalOf(response, deps.nowMs());
    const isFine = response.ok || (failure.cause === "refused" && failure.code === "input_invalid");
    return isFine ? { cause: "network" } : failure;
  } catch {
    return { cause: "network" };
  }
}
