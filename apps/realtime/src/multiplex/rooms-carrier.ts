import type { CloseReason, ControlFrame } from "@barrage/protocol";
import type { Batch, Format } from "../events/batch.ts";
import type { Socket, Transport } from "../transport/transport.ts";

/** A connection that carries several rooms. As with {@link Transport}, `false` says that its socket is full. */
export interface RoomsCarrier {
  readonly format: Format;
  readonly socket?: Socket | undefined;
  /** Writes a room's batch. */
  send(room: string, batch: Batch): boolean;
  /** Writes a frame about one room, or about the connection. */
  control(frame: ControlFrame): boolean;
  /** The room is not on the connection any more. */
  forget(room: string): void;
  heartbeat(): void;
  /** See {@link Transport.drained}. */
  drained(): Promise<void>;
  /** Ends the connection with all its rooms. */
  end(reason: CloseReason, retryAfterMs: number | null): void;
}

/** What the end of a room's part is told to. */
export type EndOfLane = (reason: CloseReason, retryAfterMs: number | null) => void;

/** One room's part of a connection: to the room it is a transport like any other. */
export class RoomLane implements Transport {
  readonly carrier: RoomsCarrier;
  readonly #room: string;
  readonly #onEnd: EndOfLane;
  #ended = false;

  constructor(carrier: RoomsCarrier, { room, onEnd }: { readonly room: string; readonly onEnd: EndOfLane }) {
    this.carrier = carrier;
    this.#room = room;
    this.#onEnd = onEnd;
  }

  get format(): Format {
    return this.carrier.format;
  }

  get socket(): Socket | undefined {
    return this.carrier.socket;
  }

  send(batch: Batch): boolean {
    return this.#ended || this.carrier.send(this.#room, batch);
  }

  control(frame: ControlFrame): boolean {
    return this.#ended || this.carrier.control(frame);
  }

  /** Nothing: the connection has one heartbeat for all its rooms. */
  heartbeat(): void {}

  async drained(): Promise<void> {
    await this.carrier.drained();
  }

  end(reason: CloseReason, retryAfterMs: number | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(reason, retryAfterMs);
  }
}
