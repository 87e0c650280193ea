import type { Batch } from "../events/batch.ts";
import type { Session } from "../session/session.ts";
import type { LiveChannel } from "./live-channel.ts";
import { SocketChannel } from "./socket-channel.ts";
import { StreamChannel } from "./stream-channel.ts";

/** Server-sent events: plain streams, and those that need their transport, compressed or with several rooms. */
export class SseChannel implements LiveChannel {
  readonly #plain = new StreamChannel();
  readonly #others = new SocketChannel();

  get size(): number {
    return this.#plain.size + this.#others.size;
  }

  add(session: Session): void {
    (session.transport.sink === undefined ? this.#others : this.#plain).add(session);
  }

  delete(session: Session): void {
    this.#plain.delete(session);
    this.#others.delete(session);
  }

  broadcast(batch: Batch): readonly Session[] {
    return [this.#plain, this.#others].flatMap((channel) =>
      channel.size === 0 ? [] : channel.broadcast(batch),
    );
  }

  sweep(): readonly Session[] {
    return [];
  }
}
