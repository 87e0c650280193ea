import { type CloseReason, type ControlFrame, closeCodes, encodeWsControl } from "@barrage/protocol";
import type { EncodedBatch } from "../events/batch.ts";
import type { Socket, Transport } from "./transport.ts";

const heartbeat = encodeWsControl({ type: "heartbeat" });

/** A WebSocket. Text frames alone: each is a batch or a control frame. */
export class WsTransport implements Transport {
  readonly socket: Socket;
  #ended = false;
  #draining: PromiseWithResolvers<void> | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  get format() {
    return "ws" as const;
  }

  send(batch: EncodedBatch): boolean {
    return batch.ws().reduce((hadRoom, text) => this.#write(text) && hadRoom, true);
  }

  control(frame: ControlFrame): boolean {
    return this.#write(encodeWsControl(frame));
  }

  heartbeat(): void {
    this.#write(heartbeat);
  }

  async drained(): Promise<void> {
    if (this.#ended || this.socket.getBufferedAmount() === 0) return;
    this.#draining ??= Promise.withResolvers<void>();
    await this.#draining.promise;
  }

  /** To be called when the socket says that it drained. */
  onDrain(): void {
    if (this.socket.getBufferedAmount() === 0) this.#release();
  }

  /** To be called when the socket has closed. */
  onClose(): void {
    this.#ended = true;
    this.#release();
  }

  end(reason: CloseReason, retryAfterMs: number | null): void {
    if (this.#ended) return;
    this.control({ type: "goodbye", reason, retryAfterMs });
    this.#ended = true;
    this.socket.close(closeCodes[reason], reason);
    this.#release();
  }

  #release(): void {
    this.#draining?.resolve();
    this.#draining = undefined;
  }

  #write(text: string): boolean {
    // Bun: −1 queued, 0 dropped, else sent. Nothing is dropped here: who stalls is not written to, and the buffer's
    // limit, far above what can then be in it, closes the socket.
    return this.#ended || this.socket.sendText(text) > 0;
  }
}
