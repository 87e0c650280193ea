import { Batch } from "../events/batch.ts";
import type { EventRing } from "../events/event-ring.ts";
import type { RoomEntry } from "../events/room-entry.ts";
import type { RoomMetrics } from "../metrics/metrics.ts";
import type { Position, Session } from "../session/session.ts";
import type { LiveChannels } from "./live-channel.ts";

export interface LaneDeps {
  readonly room: string;
  readonly ring: Pick<EventRing, "headSeq" | "headBytes" | "bytesAt">;
  readonly metrics: Pick<RoomMetrics, "encoded" | "batched" | "delivered">;
  /** Does the writing of a batch, by `write`: whoever wants to observe it can. */
  readonly write: (batch: Batch, write: () => void) => void;
  /** These are no longer live: what comes after `at` has not been written to them. */
  readonly onAside: (sessions: readonly Session[], at: Position, isFull: boolean) => void;
}

/** Written at once at most: what a viewer whose socket is full may have waiting in this process. */
const batchBytesMax = 128 * 1024;

/**
 * Some of a view's live viewers, who are written to together: what has gathered for them is encoded once, and written
 * once to each. Whoever becomes live while something waits has it already, and is let in behind it.
 */
export class Lane {
  readonly #deps: LaneDeps;
  readonly #channels: LiveChannels;
  readonly #newcomers = new Map<Session, Position>();
  #waiting: RoomEntry[] = [];
  #waitingBytes = 0;
  /** How many belong here, live or not. */
  members = 0;
  /** When it was written to last, by the clock of whoever does that. */
  writtenAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: LaneDeps, channels: LiveChannels) {
    this.#deps = deps;
    this.#channels = channels;
  }

  /** Whether there is something to write. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The next entries. More than one batch does not wait: that bounds what is held here. */
  push(entries: readonly RoomEntry[]): void {
    if (this.#channels.sse.size + this.#channels.ws.size + this.#newcomers.size === 0) return;
    for (const entry of entries) {
      this.#waiting.push(entry);
      this.#waitingBytes += entry.frame.length;
    }
    if (this.#waitingBytes > batchBytesMax) this.write();
  }

  /** Lets in a viewer who has everything up to the ring's head. */
  add(session: Session): void {
    if (this.isWaiting) this.#newcomers.set(session, this.#head());
    else this.#channels[session.transport.format].add(session);
  }

  /** Harmless for one that is not live. */
  delete(session: Session): void {
    this.#newcomers.delete(session);
    this.#channels[session.transport.format].delete(session);
  }

  /** Writes what has gathered. */
  write(): void {
    const entries = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (let start = 0; start < entries.length; ) {
      const end = batchEnd(entries, start);
      const next = entries[end];
      this.#broadcast(entries.slice(start, end), next === undefined ? this.#head() : this.#before(next));
      start = end;
    }
    const newcomers = [...this.#newcomers];
    this.#newcomers.clear();
    for (const [session, at] of newcomers) this.#deps.onAside([session], at, false);
  }

  /** Looks for sockets that are full, where writing does not tell. */
  sweep(): void {
    const [next] = this.#waiting;
    const at = next === undefined ? this.#head() : this.#before(next);
    for (const channel of [this.#channels.sse, this.#channels.ws]) this.#moveAside(channel.sweep(), at);
  }

  /** Everybody's position is void: what waits is for nobody. */
  restart(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const session of this.#newcomers.keys()) this.#channels[session.transport.format].add(session);
    this.#newcomers.clear();
  }

  #broadcast(entries: readonly RoomEntry[], after: Position): void {
    const { room, metrics, write } = this.#deps;
    const batch = new Batch({ room, entries, onEncode: (encoding) => metrics.encoded(encoding) });
    metrics.batched();
    write(batch, () => {
      for (const channel of [this.#channels.sse, this.#channels.ws]) {
        if (channel.size === 0) continue;
        metrics.delivered(channel.size * batch.eventCount);
        this.#moveAside(channel.broadcast(batch), after);
      }
    });
  }

  #moveAside(sessions: readonly Session[], at: Position): void {
    if (sessions.length > 0) this.#deps.onAside(sessions, at, true);
  }

  #head(): Position {
    const { headSeq: seq, headBytes: bytes } = this.#deps.ring;
    return { seq, bytes };
  }

  #before(entry: RoomEntry): Position {
    const seq = entry.seq - 1;
    return { seq, bytes: this.#deps.ring.bytesAt(seq) };
  }
}

/** How far a batch that begins at `start` goes: as many as fit, and at least one. */
function batchEnd(entries: readonly RoomEntry[], start: number): number {
  let end = start;
  for (let bytes = 0; end < entries.length && bytes < batchBytesMax; end++)
    bytes += entries[end]?.frame.length ?? 0;
  return end;
}
