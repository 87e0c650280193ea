import type { CloseReason } from "@barrage/protocol";
import type { Viewer } from "../session/session.ts";
import type { Transport } from "../transport/transport.ts";

/** One viewer of a replay: a connection, and whether it is still wanted. */
export class ReplaySeat {
  readonly transport: Transport;
  readonly viewer: Viewer;
  #isClosed = false;

  constructor(transport: Transport, viewer: Viewer) {
    this.transport = transport;
    this.viewer = viewer;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ends the connection with a reason. Idempotent. */
  end(reason: CloseReason, retryAfterMs: number | null): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.transport.end(reason, retryAfterMs);
  }

  /** Notes that the viewer has left, or watches live from now on. */
  leave(): void {
    this.#isClosed = true;
  }
}
