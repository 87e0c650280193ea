import { type CloseReason, type ControlFrame, encodeSseControl } from "@barrage/protocol";
import type { Batch } from "../events/batch.ts";
import type { RoomEntry } from "../events/room-entry.ts";
import type { Transport } from "../transport/transport.ts";

/** One frame on its way to a viewer. */
export type Sent =
  | { readonly kind: "event"; readonly entry: RoomEntry; readonly bytes: number }
  | { readonly kind: "control"; readonly frame: ControlFrame; readonly bytes: number };

/** A socket with a buffer of a fixed size: the test decides when its viewer reads, and how much. */
export class FakeTransport implements Transport {
  readonly format = "sse";
  readonly #bufferBytesMax: number;
  readonly #onReceive: (sent: Sent) => void;
  #buffer: Sent[] = [];
  #waiting: (() => void)[] = [];
  /** The most that ever waited. */
  waitedBytesMax = 0;
  ended: { readonly reason: CloseReason; readonly retryAfterMs: number | null } | undefined;
  heartbeats = 0;

  constructor(options: { readonly bufferBytesMax: number; readonly onReceive: (sent: Sent) => void }) {
    this.#bufferBytesMax = options.bufferBytesMax;
    this.#onReceive = options.onReceive;
  }

  get waitingBytes(): number {
    return this.#buffer.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  send(batch: Batch): boolean {
    for (const entry of batch.entries) this.#push({ kind: "event", entry, bytes: entry.frame.length });
    return this.waitingBytes <= this.#bufferBytesMax;
  }

  control(frame: ControlFrame): boolean {
    this.#push({ kind: "control", frame, bytes: encodeSseControl(frame).length });
    return this.waitingBytes <= this.#bufferBytesMax;
  }

  heartbeat(): void {
    this.heartbeats += 1;
  }

  async drained(): Promise<void> {
    if (this.#buffer.length === 0 || this.ended !== undefined) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  end(reason: CloseReason, retryAfterMs: number | null): void {
    this.control({ type: "goodbye", reason, retryAfterMs });
    this.ended = { reason, retryAfterMs };
    this.#release();
  }

  /** The viewer reads so many frames. */
  read(count: number): void {
    for (const sent of this.#buffer.splice(0, count)) this.#onReceive(sent);
    if (this.#buffer.length === 0) this.#release();
  }

  /** The connection breaks: what waits is lost. */
  cut(): void {
    this.#buffer = [];
    this.#release();
  }

  #push(sent: Sent): void {
    if (this.ended !== undefined) throw new Error("written after the end");
    this.#buffer.push(sent);
    this.waitedBytesMax = Math.max(this.waitedBytesMax, this.waitingBytes);
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
