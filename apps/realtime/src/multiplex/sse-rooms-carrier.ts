import { type CloseReason, type ControlFrame, encodeOpenSseControl, endSseBlock } from "@barrage/protocol";
import type { Batch } from "../events/batch.ts";
import { storedPart } from "../events/gzip-part.ts";
import type { SseTransport } from "../transport/sse-transport.ts";
import type { RoomsCarrier } from "./rooms-carrier.ts";

/** How several rooms share an event stream. */
export interface SseRoomsOptions {
  /** Whether blocks carry the positions as their `id:`. */
  readonly hasIds: boolean;
  /** A full socket may have so much waiting in this process. */
  readonly waitingBytesMax: number;
}

/**
 * An event stream of several rooms. A block's beginning is shared by all who follow its room; its end says where this
 * viewer is in each of its rooms, which is what an EventSource comes back with.
 */
export class SseRoomsCarrier implements RoomsCarrier {
  readonly format = "sse";
  readonly #transport: SseTransport;
  readonly #options: SseRoomsOptions;
  /** By room, in wire form. */
  readonly #cursors = new Map<string, string>();
  #waitingBytes = 0;

  constructor(transport: SseTransport, options: SseRoomsOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  send(room: string, batch: Batch): boolean {
    let hasRoom = true;
    for (const block of batch.blocks()) {
      this.#cursors.set(room, block.cursor);
      hasRoom = this.#transport.sendBlock(block, this.#end()) && hasRoom;
      this.#note(hasRoom, block.bytes.length);
    }
    return hasRoom;
  }

  control(frame: ControlFrame): boolean {
    if ("cursor" in frame && "room" in frame) this.#cursors.set(frame.room, frame.cursor);
    const bytes = encodeOpenSseControl(frame);
    const hasRoom = this.#transport.sendBlock({ bytes, gzip: () => storedPart(bytes) }, this.#end());
    this.#note(hasRoom, bytes.length);
    return hasRoom;
  }

  forget(room: string): void {
    this.#cursors.delete(room);
  }

  heartbeat(): void {
    this.#transport.heartbeat();
  }

  async drained(): Promise<void> {
    await this.#transport.drained();
    this.#waitingBytes = 0;
  }

  end(reason: CloseReason, retryAfterMs: number | null): void {
    this.#transport.end(reason, retryAfterMs);
  }

  #end(): Uint8Array {
    if (!this.#options.hasIds) return endSseBlock();
    return endSseBlock(Array.from(this.#cursors, ([room, cursor]) => `${room}:${cursor}`).join(","));
  }

  /** Each room stops at a full socket by itself; many of them may each have a batch under way. */
  #note(hasRoom: boolean, bytes: number): void {
    this.#waitingBytes = hasRoom ? 0 : this.#waitingBytes + bytes;
    if (this.#waitingBytes > this.#options.waitingBytesMax) this.end("slow_consumer", 0);
  }
}
