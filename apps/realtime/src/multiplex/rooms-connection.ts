import { type CloseReason, errorTable, toAppError } from "@barrage/protocol";
import type { Admission } from "../admission/admit-viewer.ts";
import { type Beating, Seat, type SeatDeps } from "../admission/seat.ts";
import { RoomLane, type RoomsCarrier } from "./rooms-carrier.ts";

interface RoomsConnectionDeps {
  readonly carrier: RoomsCarrier;
  readonly seatDeps: Omit<SeatDeps, "wheel">;
  /** Draws when a room that was refused for now may be asked for again. */
  readonly retryMs: () => number;
  readonly onRefused: (error: unknown) => void;
  /** The last room has left, and none is on its way. */
  readonly onEmpty: (reason: CloseReason, retryAfterMs: number | null) => void;
}

/** These are about the connection, whichever room notices them. */
const connectionReasons: ReadonlySet<CloseReason> = new Set([
  "slow_consumer",
  "internal",
  "protocol_violation",
]);

/**
 * One connection and the rooms that it follows. To each room it is a viewer like any other, with a position of its own
 * and judged on its own; what ends one room is told by a frame, and leaves the others alone.
 */
export class RoomsConnection implements Beating {
  readonly #deps: RoomsConnectionDeps;
  readonly #seats = new Map<string, Seat>();
  #isClosed = false;

  constructor(deps: RoomsConnectionDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#seats.size;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  has(room: string): boolean {
    return this.#seats.has(room);
  }

  /** Puts the viewer into another room; takes over what the admission holds. */
  add(admission: Admission): void {
    const room = admission.lease.room.id;
    if (this.#isClosed || this.#seats.has(room)) return admission.hold.release();
    const { carrier, seatDeps } = this.#deps;
    const seat = new Seat(admission, { ...seatDeps, wheel: undefined });
    this.#seats.set(room, seat);
    const onEnd = (reason: CloseReason, retryAfterMs: number | null) => {
      if (connectionReasons.has(reason)) carrier.end(reason, retryAfterMs);
      else this.#dismiss(room, reason, retryAfterMs);
    };
    seat.opened(new RoomLane(carrier, { room, onEnd }));
    // The room, or the connection, may have ended it while it was being taken.
    if (this.#seats.get(room) !== seat) seat.gone();
  }

  /** Says that a room was not joined, and why. */
  refuse(room: string, error: unknown): void {
    const { carrier, onRefused, retryMs } = this.#deps;
    const { code, retryAfterMs } = toAppError(error);
    onRefused(error);
    const comesBack = errorTable[code].retry === "later";
    const afterMs = retryAfterMs ?? (comesBack ? Math.ceil(retryMs()) : null);
    carrier.control({ type: "refused", room, code, retryAfterMs: afterMs });
  }

  /** The viewer wants no more of a room. Harmless for one that it does not follow. */
  remove(room: string): void {
    const seat = this.#seats.get(room);
    this.#seats.delete(room);
    seat?.gone();
    this.#deps.carrier.forget(room);
  }

  /** A sign of life, unless one of the rooms gives it; none for a socket that is full. */
  heartbeat(): void {
    let isQuiet = true;
    for (const seat of this.#seats.values()) {
      const kind = seat.session?.state.kind;
      if (kind === "stalled") return;
      if (kind === "live" && !seat.isQuiet) isQuiet = false;
    }
    if (isQuiet) this.#deps.carrier.heartbeat();
  }

  /** Ends the connection. */
  end(reason: CloseReason, retryAfterMs: number | null): void {
    this.#deps.carrier.end(reason, retryAfterMs);
  }

  /** To be called when the connection is gone, whoever ended it. */
  gone(): void {
    this.#isClosed = true;
    for (const room of this.#seats.keys()) this.remove(room);
  }

  #dismiss(room: string, reason: CloseReason, retryAfterMs: number | null): void {
    const { carrier, onEmpty } = this.#deps;
    carrier.forget(room);
    carrier.control({ type: "left", room, reason, retryAfterMs });
    this.remove(room);
    if (this.#seats.size === 0) onEmpty(reason, retryAfterMs);
  }
}
