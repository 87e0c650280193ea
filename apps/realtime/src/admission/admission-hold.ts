import type { RoomLease } from "../room/room-registry.ts";
import type { Place } from "./connection-limits.ts";

interface Held {
  readonly lease: RoomLease;
  /** On this node, and of the address; undefined: the connection holds it, for several rooms. */
  readonly place: Place | undefined;
  /** Of the user, when a ticket said who it is. */
  readonly userPlace: Place | undefined;
}

/** What an admitted viewer holds of the node for as long as it is connected. */
export class AdmissionHold implements Place {
  readonly lease: RoomLease;
  readonly #place: Place | undefined;
  readonly #userPlace: Place | undefined;

  constructor({ lease, place, userPlace }: Held) {
    this.lease = lease;
    this.#place = place;
    this.#userPlace = userPlace;
  }

  release(): void {
    this.lease.release();
    this.#userPlace?.release();
    this.#place?.release();
  }
}
