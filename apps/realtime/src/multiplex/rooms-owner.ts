import { type CloseReason, parseCursor } from "@barrage/protocol";
import type { Beating, SeatDeps } from "../admission/seat.ts";
import { tailMax } from "../admission/viewer-request.ts";
import type { HeartbeatWheel } from "../session/heartbeat-wheel.ts";
import type { ConnectionOwner, Transport } from "../transport/transport.ts";
import { type AdmitRoomsDeps, giveBack, type Opening } from "./admit-rooms.ts";
import { carrierOf } from "./carrier-of.ts";
import { RoomSubscriptions } from "./room-subscriptions.ts";
import { RoomsConnection } from "./rooms-connection.ts";

/** What the owners of a node's connections for several rooms share. */
export interface RoomsOwnerDeps extends AdmitRoomsDeps {
  readonly seatDeps: Omit<SeatDeps, "wheel">;
  readonly wheel: HeartbeatWheel<Beating>;
  readonly onRefused: (error: unknown) => void;
  /** A full socket may have so much waiting in this process. */
  readonly waitingBytesMax: number;
  readonly retryMs: () => number;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** All that are open: each adds itself, and takes itself out. */
  readonly open: Set<RoomsOwner>;
}

/** A WebSocket that follows nothing holds its place so long, to the heartbeat. */
const emptyMsMax = 60_000;

/** Owns one connection for several rooms, from its admission to its end. */
export class RoomsOwner implements ConnectionOwner, Beating {
  readonly #deps: RoomsOwnerDeps;
  readonly #opening: Opening;
  #connection: RoomsConnection | undefined;
  #subscriptions: RoomSubscriptions | undefined;
  #slot = 0;
  #filledAtMs = 0;

  constructor(opening: Opening, deps: RoomsOwnerDeps) {
    this.#opening = opening;
    this.#deps = deps;
  }

  opened(transport: Transport): void {
    const { wheel, open, waitingBytesMax, now } = this.#deps;
    const { outcomes, wanted } = this.#opening;
    const carrier = carrierOf(transport, { ...wanted, waitingBytesMax });
    const onEmpty = (reason: CloseReason, retryAfterMs: number | null) => {
      // A stream that has no room left can get no other.
      if (carrier.format === "sse") carrier.end(reason, retryAfterMs);
    };
    const connection = new RoomsConnection({ ...this.#deps, carrier, onEmpty });
    this.#connection = connection;
    this.#subscriptions = this.#subscribe(connection);
    this.#filledAtMs = now();
    this.#slot = wheel.add(this);
    open.add(this);
    for (const outcome of outcomes) {
      if ("admission" in outcome) connection.add(outcome.admission);
      else connection.refuse(outcome.room, outcome.error);
    }
  }

  /** Takes what the client of a WebSocket says. @returns false when the protocol knows no such thing. */
  hear(text: string): boolean {
    return this.#subscriptions?.hear(text) ?? false;
  }

  heartbeat(): void {
    const { now } = this.#deps;
    const rooms = (this.#connection?.size ?? 0) + (this.#subscriptions?.waiting ?? 0);
    if (rooms > 0) this.#filledAtMs = now();
    if (now() - this.#filledAtMs > emptyMsMax) this.end("goodbye", 0);
    else this.#connection?.heartbeat();
  }

  /** Ends the connection. */
  end(reason: CloseReason, retryAfterMs: number | null): void {
    this.#connection?.end(reason, retryAfterMs);
  }

  gone(): void {
    if (this.#connection === undefined) return giveBack(this.#opening);
    this.#deps.wheel.delete(this, this.#slot);
    this.#deps.open.delete(this);
    this.#connection.gone();
    this.#opening.place.release();
  }

  #subscribe(connection: RoomsConnection): RoomSubscriptions {
    const { roomsMax, now, pace } = this.#deps;
    const { wanted, admit } = this.#opening;
    return new RoomSubscriptions({
      connection,
      roomsMax,
      now,
      async admit({ room, since, tail, ticket }) {
        const usual = wanted.wantedOf(room);
        await pace.turn();
        return await admit(room, {
          ...usual,
          since: since === undefined ? undefined : parseCursor(since),
          tail: Math.min(tail ?? usual.tail, tailMax),
          ticket,
        });
      },
    });
  }
}
