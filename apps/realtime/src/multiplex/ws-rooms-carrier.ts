import type { CloseReason, ControlFrame } from "@barrage/protocol";
import type { Batch } from "../events/batch.ts";
import type { Socket } from "../transport/transport.ts";
import type { WsTransport } from "../transport/ws-transport.ts";
import type { RoomsCarrier } from "./rooms-carrier.ts";

/** A WebSocket for several rooms: it gets what the rooms' other sockets get, since each frame says its room. */
export class WsRoomsCarrier implements RoomsCarrier {
  readonly format = "ws";
  readonly #transport: WsTransport;

  constructor(transport: WsTransport) {
    this.#transport = transport;
  }

  get socket(): Socket {
    return this.#transport.socket;
  }

  send(_room: string, batch: Batch): boolean {
    return this.#transport.send(batch);
  }

  control(frame: ControlFrame): boolean {
    return this.#transport.control(frame);
  }

  /** Nothing: positions are the client's to keep. */
  forget(): void {}

  heartbeat(): void {
    this.#transport.heartbeat();
  }

  async drained(): Promise<void> {
    await this.#transport.drained();
  }

  end(reason: CloseReason, retryAfterMs: number | null): void {
    this.#transport.end(reason, retryAfterMs);
  }
}
