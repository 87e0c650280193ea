import type { UniqueViewers } from "../presence/unique-viewers.ts";
import type { Revocation } from "../revocation/create-revocation.ts";
import type { HeartbeatWheel } from "../session/heartbeat-wheel.ts";
import type { Session } from "../session/session.ts";
import type { ConnectionOwner, Transport } from "../transport/transport.ts";
import type { AdmissionHold } from "./admission-hold.ts";
import type { Admission } from "./admit-viewer.ts";

/** What is visited to give a sign of life where one is due. */
export interface Beating {
  heartbeat(): void;
}

/** What a seat needs of its node. */
export interface SeatDeps {
  /** Undefined: the connection carries several rooms, and has one heartbeat for all of them. */
  readonly wheel: HeartbeatWheel<Beating> | undefined;
  readonly revocation: Pick<Revocation, "watch" | "forget">;
  readonly uniques: Pick<UniqueViewers, "joined">;
}

interface Joined {
  readonly session: Session;
  readonly slot: number;
}

/**
 * An admitted viewer: put into its room when its connection opens; taken out when that is gone, whereupon everything
 * that the viewer held is given back. While it watches, this keeps what leaving needs and lets go of how it came in:
 * ten thousand idle viewers are mostly memory.
 */
export class Seat implements ConnectionOwner, Beating {
  readonly #deps: SeatDeps;
  readonly #hold: AdmissionHold;
  #admission: Admission | undefined;
  #joined: Joined | undefined;

  constructor(admission: Admission, deps: SeatDeps) {
    this.#deps = deps;
    this.#hold = admission.hold;
    this.#admission = admission;
  }

  opened(transport: Transport): void {
    const admission = this.#admission;
    if (admission === undefined) return;
    this.#admission = undefined;
    const { lease, view, viewer, start } = admission;
    const { wheel, revocation, uniques } = this.#deps;
    const session = lease.room.join({ view, transport, viewer, start });
    this.#joined = { session, slot: wheel?.add(this) ?? 0 };
    // The room may have changed while the connection was being opened.
    const fault = lease.whyNot(viewer);
    if (fault !== undefined) return session.end(fault.reason, fault.retryAfterMs);
    revocation.watch(session);
    if (view.name !== "status") uniques.joined(lease.room.id, viewer.key);
  }

  /** The viewer in its room; undefined before the connection has opened. */
  get session(): Session | undefined {
    return this.#joined?.session;
  }

  /** Whether live viewers like this one were written nothing for half a heartbeat. */
  get isQuiet(): boolean {
    return this.#joined === undefined || this.#hold.lease.room.isQuiet(this.#joined.session);
  }

  /** Sends a sign of life where one is due. */
  heartbeat(): void {
    if (this.#joined !== undefined) this.#hold.lease.room.heartbeat(this.#joined.session);
  }

  gone(): void {
    this.#admission = undefined;
    if (this.#joined !== undefined) {
      const { session, slot } = this.#joined;
      this.#deps.revocation.forget(session);
      this.#deps.wheel?.delete(this, slot);
      this.#hold.lease.room.leave(session);
    }
    this.#hold.release();
  }
}
