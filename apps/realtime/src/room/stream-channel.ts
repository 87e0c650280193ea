import type { Batch } from "../events/batch.ts";
import type { Session } from "../session/session.ts";
import { type StreamSink, writeTo } from "../transport/transport.ts";
import type { LiveChannel } from "./live-channel.ts";

/**
 * Streams of server-sent events that take a batch's bytes as they are, one write each.
 *
 * Nothing of a viewer is touched but its sink: in front of 10,000 every object on the way to a socket is a wait for
 * memory, and session and transport were a sixth of what a node added to the kernel's work.
 */
export class StreamChannel implements LiveChannel {
  readonly #slots = new Map<Session, number>();
  /** By slot, one beside the other; undefined where a slot is free. */
  readonly #sessions: (Session | undefined)[] = [];
  readonly #sinks: (StreamSink | undefined)[] = [];
  readonly #freeSlots: number[] = [];

  get size(): number {
    return this.#slots.size;
  }

  add(session: Session): void {
    const { sink } = session.transport;
    if (sink === undefined) throw new Error("not a stream that takes bytes as they are");
    const slot = this.#freeSlots.pop() ?? this.#sinks.length;
    this.#slots.set(session, slot);
    this.#sessions[slot] = session;
    this.#sinks[slot] = sink;
  }

  delete(session: Session): void {
    const slot = this.#slots.get(session);
    if (slot === undefined) return;
    this.#slots.delete(session);
    // The others stay where they are: this may happen in the middle of a broadcast.
    this.#sessions[slot] = undefined;
    this.#sinks[slot] = undefined;
    this.#freeSlots.push(slot);
  }

  broadcast(batch: Batch): readonly Session[] {
    const full: Session[] = [];
    const bytes = batch.sse();
    for (let slot = 0; slot < this.#sinks.length; slot++) {
      const sink = this.#sinks[slot];
      const until = sink && writeTo(sink, bytes);
      if (until !== undefined) this.#noteFull(slot, until, full);
    }
    for (const session of full) this.delete(session);
    return full;
  }

  sweep(): readonly Session[] {
    return [];
  }

  #noteFull(slot: number, until: Promise<unknown>, full: Session[]): void {
    const session = this.#sessions[slot];
    session?.transport.drains?.(until);
    if (session !== undefined) full.push(session);
  }
}
