import type { Batch } from "../events/batch.ts";
import type { Session } from "../session/session.ts";
import type { LiveChannel } from "./live-channel.ts";

/** One write per viewer: for transports whose write says whether the socket is full. */
export class SocketChannel implements LiveChannel {
  readonly #sessions = new Set<Session>();

  get size(): number {
    return this.#sessions.size;
  }

  add(session: Session): void {
    this.#sessions.add(session);
  }

  delete(session: Session): void {
    this.#sessions.delete(session);
  }

  broadcast(batch: Batch): readonly Session[] {
    const full: Session[] = [];
    for (const session of this.#sessions) if (!session.transport.send(batch)) full.push(session);
    for (const session of full) this.#sessions.delete(session);
    return full;
  }

  sweep(): readonly Session[] {
    return [];
  }
}
