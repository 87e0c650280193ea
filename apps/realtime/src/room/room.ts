import type { LogEntry, Logger } from "@barrage/platform";
import { type CloseReason, formatCursor, type ResetReason, type RoomEvent } from "@barrage/protocol";
import { Batch } from "../events/batch.ts";
import { EventRing, type EventRingLimits } from "../events/event-ring.ts";
import { type PreparedEntry, prepareEntry } from "../events/room-entry.ts";
import type { FeedStart } from "../feed/feed-start.ts";
import type { RoomMetrics } from "../metrics/metrics.ts";
import type { Dismissal } from "../revocation/standing.ts";
import type { PageReader } from "../session/page-reader.ts";
import type { StartPoint } from "../session/resume.ts";
import { type Limits, Session, type Viewer } from "../session/session.ts";
import type { Timers } from "../timers.ts";
import type { Transport } from "../transport/transport.ts";
import { Audience, type EndOptions } from "./audience.ts";
import { Batcher } from "./batcher.ts";
import type { LiveChannels } from "./live-channel.ts";
import type { LoadMeter } from "./load-meter.ts";

export interface RoomOptions {
  readonly limits: Limits;
  readonly ring: EventRingLimits;
  readonly tickMsMax: number;
  readonly resumeEventsMax: number;
  readonly heartbeatMs: number;
}

export interface RoomDeps {
  readonly logger: Logger;
  readonly metrics: RoomMetrics;
  readonly load: LoadMeter;
  readonly timers: Timers;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly channels: LiveChannels;
  readonly createPages: (source: { readonly room: string; readonly epoch: () => string }) => PageReader;
  /** Called for events about the room itself, after the viewers were sent them; also for those it starts with. */
  readonly onRoomChange: (event: RoomEvent) => void;
}

interface Joining {
  readonly transport: Transport;
  readonly viewer: Viewer;
  readonly start: StartPoint;
}

/** Written at once at most: what a viewer whose socket is full may have waiting in this process. */
const batchBytesMax = 128 * 1024;

/**
 * One room on this node: its newest events in a ring, and its audience. Events come from the feed, gather until the
 * tick, are encoded once per format, and are written to every live viewer.
 */
export class Room {
  readonly id: string;
  readonly ring: EventRing;
  readonly #options: RoomOptions;
  readonly #deps: RoomDeps;
  readonly #batcher: Batcher;
  readonly #audience: Audience;
  #epoch: string;
  #era = 0;
  #pending: PreparedEntry[] = [];
  #verifiedSeq: number;
  #lastFlushMs: number;

  constructor(
    id: string,
    wiring: { readonly options: RoomOptions; readonly deps: RoomDeps; readonly start: FeedStart },
  ) {
    const { options, deps, start } = wiring;
    const { logger, metrics, load, timers, channels } = deps;
    this.id = id;
    this.#options = options;
    this.#deps = deps;
    this.#epoch = start.epoch;
    this.#verifiedSeq = start.headSeq;
    this.#lastFlushMs = timers.now();
    this.ring = new EventRing(options.ring, { floorSeq: start.floorSeq, headSeq: start.floorSeq });
    this.#fill(start);
    const { tickMsMax, limits, resumeEventsMax } = options;
    this.#batcher = new Batcher({ load, timers, tickMsMax, flush: () => this.#flush() });
    const pages = deps.createPages({ room: id, epoch: () => this.#epoch });
    const cursorOf = (seq: number) => this.#cursorOf(seq);
    const told = {
      onSkipped: (count: number) => metrics.skipped(count),
      onReset: (reason: ResetReason) => metrics.reset(reason),
    };
    const catchUp = {
      room: id,
      ring: this.ring,
      pages,
      limits,
      resumeEventsMax,
      timers,
      cursorOf,
      ...told,
    };
    this.#audience = new Audience({ room: id, channels, metrics, logger, catchUp });
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Changes whenever the positions in this room become void. */
  get era(): number {
    return this.#era;
  }

  get viewers(): number {
    return this.#audience.size;
  }

  sessions(): Iterable<Session> {
    return this.#audience.sessions();
  }

  /** The room's next events, from the feed. */
  receive(entries: readonly LogEntry[]): void {
    for (const stored of entries) {
      const prepared = prepareEntry(this.#epoch, stored);
      if (prepared !== undefined) this.#pending.push(prepared);
      else
        this.#deps.logger.error(
          { room: this.id, seq: stored.seq },
          "the log holds something that is no event",
        );
    }
    if (this.#pending.length > 0) this.#batcher.request();
  }

  /** The log has no further event of the room up to `seq`. */
  verified(seq: number): void {
    this.#verifiedSeq = Math.max(this.#verifiedSeq, seq);
    if (this.#pending.length === 0) this.ring.advanceHead(this.#verifiedSeq);
  }

  /** Events may be lost for good: every viewer is told, and goes on from the new start. */
  reset(reason: ResetReason, start: FeedStart): void {
    this.#batcher.close();
    this.#pending = [];
    this.#epoch = start.epoch;
    this.#era += 1;
    this.#verifiedSeq = start.headSeq;
    this.ring.restart({ floorSeq: start.floorSeq, headSeq: start.floorSeq });
    this.#fill(start);
    const cursor = this.#cursorOf(this.ring.headSeq);
    this.#audience.reset(reason, { type: "reset", room: this.id, reason, cursor });
  }

  /** Writes now what has gathered. */
  flushNow(): void {
    this.#batcher.flushNow();
  }

  /** Adds a viewer. It gets `hello` at once, then what it missed. The caller tells of its leaving by `leave`. */
  join({ transport, viewer, start: wanted }: Joining): Session {
    // Opening the connection took time: a start point that was found before a reset is void like any other position.
    const isVoid = wanted.era !== this.#era;
    const start: StartPoint = isVoid ? { seq: this.ring.headSeq, era: this.#era, reset: "epoch" } : wanted;
    const at = { seq: start.seq, bytes: this.ring.headBytes };
    const session = new Session({ transport, viewer, at });
    const hasRoom = this.#greet(transport, start);
    this.#audience.add(session, { at, full: !hasRoom });
    return session;
  }

  /** Takes out a viewer whose connection is gone. Idempotent. */
  leave(session: Session): void {
    this.#audience.remove(session);
  }

  /** Ends viewers, each with its own time to come back. */
  end(reason: CloseReason, options: EndOptions): void {
    this.#audience.end(reason, options);
  }

  /** Ends those viewers that are judged so. */
  dismiss(judge: (session: Session) => Dismissal | undefined): void {
    this.#audience.dismiss(judge);
  }

  /** Sends a sign of life to a live viewer when the room was quiet for half a heartbeat. */
  heartbeat(session: Session): void {
    const isQuiet = this.#deps.timers.now() - this.#lastFlushMs >= this.#options.heartbeatMs / 2;
    if (session.state.kind === "live" && isQuiet) session.transport.heartbeat();
  }

  /** Looks after viewers whose socket is full. To be called a few times a second: a quiet room has no tick. */
  sweep(): void {
    this.#audience.sweep();
  }

  close(): void {
    this.#batcher.close();
    this.#pending = [];
  }

  #greet(transport: Transport, start: StartPoint): boolean {
    const { limits, heartbeatMs } = this.#options;
    const { shedBytes, closeBytes } = limits;
    const position = { room: this.id, cursor: this.#cursorOf(start.seq) };
    const nowMs = Math.trunc(this.#deps.wallClock());
    const hello = {
      type: "hello",
      ...position,
      heartbeatMs,
      nowMs,
      limits: { shedBytes, closeBytes },
    } as const;
    const hasRoom = transport.control(hello);
    if (start.reset === undefined) return hasRoom;
    this.#deps.metrics.reset(start.reset);
    return transport.control({ type: "reset", ...position, reason: start.reset });
  }

  #flush(): void {
    const prepared = this.#pending;
    this.#pending = [];
    for (const part of inBatches(prepared)) this.#write(part);
    this.ring.advanceHead(this.#verifiedSeq);
    for (const { roomChange } of prepared) if (roomChange !== undefined) this.#deps.onRoomChange(roomChange);
  }

  #write(prepared: readonly PreparedEntry[]): void {
    const { metrics, timers } = this.#deps;
    const entries = prepared.map(({ entry }) => entry);
    for (const entry of entries) this.ring.push(entry);
    this.#lastFlushMs = timers.now();
    metrics.flushed(entries.length);
    this.#audience.broadcast(
      new Batch({ room: this.id, entries, onEncode: (format) => metrics.encoded(format) }),
    );
  }

  #fill(start: FeedStart): void {
    for (const stored of start.entries) {
      const prepared = prepareEntry(start.epoch, stored);
      if (prepared === undefined) continue;
      this.ring.push(prepared.entry);
      if (prepared.roomChange !== undefined) this.#deps.onRoomChange(prepared.roomChange);
    }
    this.ring.advanceHead(start.headSeq);
  }

  #cursorOf(seq: number): string {
    return formatCursor({ epoch: this.#epoch, seq });
  }
}

function* inBatches(prepared: readonly PreparedEntry[]): Generator<readonly PreparedEntry[]> {
  for (let start = 0; start < prepared.length; ) {
    let end = start;
    for (let bytes = 0; end < prepared.length && bytes < batchBytesMax; end++) {
      bytes += prepared[end]?.entry.frame.length ?? 0;
    }
    yield prepared.slice(start, end);
    start = end;
  }
}
