import type { Via } from "../feed/feed-state.ts";
import type { RoomOrder, RoomsConnection } from "./rooms-connection.ts";

/** A connection of a link, with the rooms that were asked for on it. */
export class Line {
  readonly via: Via;
  readonly rooms = new Set<string>();
  /** Those that have said hello: what comes of a room before that is of an older wish for it. */
  readonly greeted = new Set<string>();
  /** The stream carries a room that is not wanted there any more. */
  isStale = false;
  isClosed = false;
  /** Where it goes, once that is known. */
  url: URL | undefined;
  /** When a sign of life was last passed on. */
  aliveAtMs = Number.NEGATIVE_INFINITY;
  #connection: RoomsConnection | undefined;
  /** What was asked for while it was being opened. */
  #waiting: RoomOrder[] = [];

  constructor(via: Via) {
    this.via = via;
  }

  /**
   * Opens it for those of the rooms that are still wanted.
   * @returns false when there is none. @throws as `open`.
   */
  open(orders: readonly RoomOrder[], open: (orders: readonly RoomOrder[]) => RoomsConnection): boolean {
    const wanted = [...orders, ...this.#waiting].filter(({ room }) => this.rooms.has(room));
    this.#waiting = [];
    if (wanted.length === 0) return false;
    this.#connection = open(wanted);
    return true;
  }

  /** Asks for another room; only over a WebSocket. */
  subscribe(order: RoomOrder): void {
    if (this.isClosed) return;
    if (this.#connection === undefined) this.#waiting.push(order);
    else this.#connection.subscribe(order);
  }

  /** The room is not wanted any more. */
  unsubscribe(room: string): void {
    if (!this.rooms.has(room)) return;
    this.forget(room);
    if (this.via === "sse") this.isStale = true;
    else this.#connection?.unsubscribe(room);
  }

  /** The room is not on it any more, by the server's word. */
  forget(room: string): void {
    this.rooms.delete(room);
    this.greeted.delete(room);
  }

  close(): void {
    this.isClosed = true;
    this.#connection?.close();
  }
}
