import type { LogEntry, Logger } from "@barrage/platform";
import {
  type CloseReason,
  formatCursor,
  type ResetReason,
  type RoomEvent,
  type RoomLimits,
} from "@barrage/protocol";
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
import type { ShownPagesSource } from "../view/shown-pages.ts";
import { limiterSettingsOf, type UsualLimitsAt, type ViewName } from "../view/view-name.ts";
import { Batcher } from "./batcher.ts";
import type { LiveChannels } from "./live-channel.ts";
import type { LoadMeter } from "./load-meter.ts";
import { type LimiterGauge, RoomView } from "./room-view.ts";

export interface RoomOptions {
  readonly limits: Limits;
  readonly ring: EventRingLimits;
  /** Asked before each batch: it may change while the room is open. */
  readonly tickMsMax: () => number;
  /** So many viewers are written to at once; more take turns, so many at a time. */
  readonly laneViewers: number;
  readonly resumeEventsMax: number;
  readonly heartbeatMs: number;
  /** What is shown of a crowd where the room has no limits of its own. */
  readonly usualLimitsAt: UsualLimitsAt;
}

export interface RoomDeps {
  readonly logger: Logger;
  readonly metrics: RoomMetrics;
  readonly load: LoadMeter;
  readonly timers: Timers;
  /** The room's own limits, as its state told; its newest events know better. */
  readonly limits: RoomLimits | undefined;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Makes channels with a name of their own within the room. */
  readonly createChannels: (name: string) => LiveChannels;
  readonly createPages: (source: PagesSource) => PageReader;
  readonly createShownPages: (source: PagesSource & ShownPagesSource) => PageReader;
  /** Called for events about the room itself, after the viewers were sent them; also for those it starts with. */
  readonly onRoomChange: (event: RoomEvent) => void;
}

const crowdTickShare = 0.2;

interface PagesSource {
  readonly room: string;
  readonly epoch: () => string;
}

interface Joining {
  readonly view: RoomView;
  readonly transport: Transport;
  readonly viewer: Viewer;
  readonly start: StartPoint;
}

/**
 * One room on this node: its newest events in a ring, and a view for each class of viewers that it has. Events come from
 * the feed, gather until the tick, and go to every view, which chooses from them, encodes once and writes.
 */
export class Room {
  readonly id: string;
  readonly ring: EventRing;
  readonly #options: RoomOptions;
  readonly #deps: RoomDeps;
  readonly #batcher: Batcher;
  readonly #views = new Map<ViewName, RoomView>();
  /** The room's log begins behind this; undefined: it begins before what we know. */
  #beginsAfterSeq: number | undefined;
  #roomLimits: RoomLimits | undefined;
  #epoch: string;
  #era = 0;
  #pending: PreparedEntry[] = [];
  #eventCount = 0;
  #verifiedSeq: number;

  constructor(
    id: string,
    wiring: { readonly options: RoomOptions; readonly deps: RoomDeps; readonly start: FeedStart },
  ) {
    const { options, deps, start } = wiring;
    const { load, timers } = deps;
    this.id = id;
    this.#options = options;
    this.#deps = deps;
    this.#epoch = start.epoch;
    this.#roomLimits = deps.limits;
    this.#verifiedSeq = start.headSeq;
    this.ring = new EventRing(options.ring, { floorSeq: start.floorSeq, headSeq: start.floorSeq });
    this.#fill(start);
    this.#batcher = new Batcher({
      load,
      timers,
      tickMsMax: () => this.#tickMsMax(),
      flush: () => this.#flush(),
    });
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Changes whenever the positions in this room become void. */
  get era(): number {
    return this.#era;
  }

  /** How many events it was sent since it was opened. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** How many watch. Who reads of many rooms how they stand watches none of them. */
  get viewers(): number {
    let count = 0;
    for (const { name, audience } of this.#views.values()) if (name !== "status") count += audience.size;
    return count;
  }

  /** Of each class of viewers for which is chosen and that somebody watches. */
  limiters(): readonly LimiterGauge[] {
    return [...this.#views.values()].flatMap(({ audience, limiter }) =>
      audience.size === 0 || limiter === undefined ? [] : [limiter],
    );
  }

  /** The sessions of those who watch. */
  *watchers(): Generator<Session> {
    for (const { name, audience } of this.#views.values()) if (name !== "status") yield* audience.sessions();
  }

  /** What its rings hold, and how far its viewers are behind, in bytes. */
  get load(): { readonly ringBytes: number; readonly behindBytes: number } {
    const views = [...this.#views.values()];
    const rings = new Set([this.ring, ...views.map(({ ring }) => ring)]);
    return {
      ringBytes: [...rings].reduce((sum, { heldBytes }) => sum + heldBytes, 0),
      behindBytes: views.reduce((sum, { audience }) => sum + audience.behindBytes(), 0),
    };
  }

  /** All sessions, also of those who only read how the room stands. */
  *sessions(): Generator<Session> {
    for (const { audience } of this.#views.values()) yield* audience.sessions();
  }

  /** The view of this name, opened when it is the first time; it stays open as long as the room. */
  view(name: ViewName): RoomView {
    const open = this.#views.get(name);
    if (open !== undefined) return open;
    // What gathers was not in the log yet: the new view would begin behind it.
    this.flushNow();
    const view = new RoomView({
      room: this.id,
      name,
      options: this.#options,
      deps: this.#deps,
      log: this.ring,
      epoch: () => this.#epoch,
      cursorOf: (seq) => this.#cursorOf(seq),
      settings: this.#settingsOf(name),
      holdsBeginning: () => this.#beginsAfterSeq === this.ring.floorSeq,
    });
    this.#views.set(name, view);
    return view;
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
    if (this.#pending.length === 0) this.#advanceHeads();
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
    for (const view of this.#views.values()) {
      view.restart();
      const cursor = this.#cursorOf(view.ring.headSeq);
      view.audience.reset(reason, { type: "reset", room: this.id, reason, cursor });
    }
  }

  /** Writes now what has gathered. */
  flushNow(): void {
    this.#batcher.flushNow();
  }

  /** Adds a viewer. It gets `hello` at once, then what it missed. The caller tells of its leaving by `leave`. */
  join({ view, transport, viewer, start: wanted }: Joining): Session {
    // Opening the connection took time: a start point that was found before a reset is void like any other position.
    const isVoid = wanted.era !== this.#era;
    const start: StartPoint = isVoid ? { seq: view.ring.headSeq, era: this.#era, reset: "epoch" } : wanted;
    const at = { seq: start.seq, bytes: view.ring.headBytes };
    const session = new Session({ transport, viewer, view, at });
    const hasRoom = this.#greet(transport, start);
    view.audience.add(session, { at, full: !hasRoom });
    return session;
  }

  /** Takes out a viewer whose connection is gone. Idempotent. */
  leave(session: Session): void {
    session.view.audience.remove(session);
  }

  /** See {@link Audience.end}. */
  end(reason: CloseReason, retryAfterMs: (session: Session) => number | null): void {
    for (const { audience } of this.#views.values()) audience.end(reason, retryAfterMs);
  }

  /** Ends those viewers that are judged so. */
  dismiss(judge: (session: Session) => Dismissal | undefined): void {
    for (const { audience } of this.#views.values()) audience.dismiss(judge);
  }

  /** Whether nothing was written to live viewers like this one for half a heartbeat. */
  isQuiet(session: Session): boolean {
    return session.view.isQuietFor(this.#options.heartbeatMs / 2);
  }

  /**
   * Sends a sign of life to a live viewer when the room was quiet for half a heartbeat, and to one that catches up: what
   * it waits for may be the log.
   */
  heartbeat(session: Session): void {
    const { kind } = session.state;
    if (kind === "catching-up" || (kind === "live" && this.isQuiet(session))) session.transport.heartbeat();
  }

  /** Looks after viewers whose socket is full. To be called a few times a second: a quiet room has no tick. */
  sweep(): void {
    for (const { audience } of this.#views.values()) audience.sweep();
  }

  /** Tells the views that another `periodMs` has passed: what waits in a room that fell silent is decided. */
  tick(periodMs: number): void {
    for (const view of this.#views.values()) view.tick(periodMs);
  }

  close(): void {
    this.#batcher.close();
    this.#pending = [];
    for (const { audience } of this.#views.values()) audience.close();
  }

  /** In front of a crowd events gather for its lanes, and need not do so twice. */
  #tickMsMax(): number {
    const tickMsMax = this.#options.tickMsMax();
    for (const { audience } of this.#views.values()) if (audience.isCrowd) return tickMsMax * crowdTickShare;
    return tickMsMax;
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
    for (const part of betweenLimits(prepared)) this.#write(part);
    this.#advanceHeads();
    for (const { roomChange } of prepared) if (roomChange !== undefined) this.#deps.onRoomChange(roomChange);
  }

  #write(prepared: readonly PreparedEntry[]): void {
    // A flush of nothing is no sign of life: views count the silence after which they decide.
    if (prepared.length === 0) return;
    this.#eventCount += prepared.length;
    for (const { entry } of prepared) this.ring.push(entry);
    const [first] = prepared;
    if (first !== undefined) this.#learnLimits(first);
    for (const view of this.#views.values()) view.write(prepared);
  }

  #advanceHeads(): void {
    this.ring.advanceHead(this.#verifiedSeq);
    for (const view of this.#views.values()) view.verified(this.#verifiedSeq);
  }

  /** The log itself says when other limits hold, so that they change on every node at the same event. */
  #learnLimits({ roomChange }: PreparedEntry): void {
    if (!tellsLimits(roomChange)) return;
    this.#roomLimits =
      roomChange.type === "room.started" ? roomChange.data.limits : roomChange.data.face.limits;
    for (const view of this.#views.values()) view.configure(this.#settingsOf(view.name));
  }

  #settingsOf(name: ViewName) {
    return limiterSettingsOf(name, this.#roomLimits, this.#options.usualLimitsAt);
  }

  #fill(start: FeedStart): void {
    this.#beginsAfterSeq = start.fromBeginning ? start.floorSeq : undefined;
    for (const stored of start.entries) {
      const prepared = prepareEntry(start.epoch, stored);
      if (prepared === undefined) continue;
      this.ring.push(prepared.entry);
      this.#learnLimits(prepared);
      if (prepared.roomChange !== undefined) this.#deps.onRoomChange(prepared.roomChange);
    }
    this.ring.advanceHead(start.headSeq);
  }

  #cursorOf(seq: number): string {
    return formatCursor({ epoch: this.#epoch, seq });
  }
}

function tellsLimits(
  event: RoomEvent | undefined,
): event is Extract<RoomEvent, { type: "room.started" | "room.updated" }> {
  return event?.type === "room.started" || event?.type === "room.updated";
}

/** Cuts in front of each event that changes the limits. */
function* betweenLimits(prepared: readonly PreparedEntry[]): Generator<readonly PreparedEntry[]> {
  let start = 0;
  for (const [index, { roomChange }] of prepared.entries()) {
    if (!tellsLimits(roomChange) || index === start) continue;
    yield prepared.slice(start, index);
    start = index;
  }
  yield prepared.slice(start);
}
