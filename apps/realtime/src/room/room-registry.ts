import type { Logger } from "@barrage/platform";
import { AppError, type CloseReason, type RoomEvent, type Visibility } from "@barrage/protocol";
import { type FeedDeps, type FeedOptions, RoomFeed } from "../feed/room-feed.ts";
import type { LiveRoom } from "../presence/unique-viewers.ts";
import { type Dismissal, Standing } from "../revocation/standing.ts";
import type { Session, Viewer } from "../session/session.ts";
import { Room, type RoomDeps, type RoomOptions } from "./room.ts";
import type { RoomFacts, RoomFactsSource } from "./room-facts.ts";

/** A room that stays open for as long as the lease is held. */
export interface RoomLease {
  readonly room: Room;
  visibility(): Visibility;
  /** Why this viewer may not (or no more) watch; undefined when nothing speaks against it. */
  whyNot(viewer: Viewer): Dismissal | undefined;
  /** Brings the room up to where the log was seen to end, and writes what came. */
  catchUpWithLog(endSeq: number): Promise<void>;
  /** Idempotent. */
  release(): void;
}

export interface RegistryOptions {
  readonly room: RoomOptions;
  readonly feed: FeedOptions;
  /** A room without viewers stays open so long: who reconnects finds the ring. */
  readonly lingerMs: number;
  readonly roomsMax: number;
  /** How long somebody who resumes ahead of us waits for our catching up. */
  readonly catchUpDeadlineMs: number;
}

export interface RegistryDeps {
  readonly logger: Logger;
  readonly random: () => number;
  /** Viewers that are sent to get a new ticket come back within this time. */
  readonly returnSpreadMs: number;
  readonly facts: RoomFactsSource;
  readonly feed: FeedDeps;
  readonly createRoomDeps: (
    roomId: string,
    facts: RoomFacts,
    onRoomChange: (event: RoomEvent) => void,
  ) => RoomDeps;
}

interface OpenRoom {
  readonly room: Room;
  readonly feed: RoomFeed;
  readonly standing: Standing;
  leases: number;
  lingering: ReturnType<typeof setTimeout> | undefined;
}

/**
 * The rooms that are open on this node: one feed for each, opened for its first viewer, closed a while after its last.
 */
export class RoomRegistry {
  readonly #deps: RegistryDeps;
  readonly #options: RegistryOptions;
  readonly #open = new Map<string, OpenRoom>();
  readonly #opening = new Map<string, Promise<OpenRoom>>();
  readonly #landlord: Landlord = {
    catchUpWithLog: (open, endSeq) => this.#catchUpWithLog(open, endSeq),
    release: (open) => this.#release(open),
  };
  #closed = false;

  constructor(wiring: { readonly deps: RegistryDeps; readonly options: RegistryOptions }) {
    this.#deps = wiring.deps;
    this.#options = wiring.options;
  }

  /** The open rooms. */
  *rooms(): Generator<Room> {
    for (const { room } of this.#open.values()) yield room;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Opens the room, or joins it when it is open.
   * @throws AppError `room_not_found`; `log_unavailable` when the room is not open and NATS is away;
   * `connections_exhausted` when too many rooms are open; `draining` after {@link RoomRegistry.close}.
   */
  async lease(roomId: string): Promise<RoomLease> {
    const open = this.#open.get(roomId) ?? (await this.#openOnce(roomId));
    // Another viewer may have seen its deletion while we waited.
    if (open.standing.isDeleted) throw new AppError("room_not_found");
    if (this.#closed) throw new AppError("draining");
    open.leases += 1;
    clearTimeout(open.lingering);
    return new Lease(open, this.#landlord);
  }

  /** What the rooms hold and owe, all added up. */
  load(): { readonly ringBytes: number; readonly behindBytes: number } {
    const sum = { ringBytes: 0, behindBytes: 0 };
    for (const { load } of this.rooms()) {
      sum.ringBytes += load.ringBytes;
      sum.behindBytes += load.behindBytes;
    }
    return sum;
  }

  /** All who watch, in whatever room. */
  *sessions(): Generator<Session> {
    for (const { room } of this.#open.values()) yield* room.sessions();
  }

  /** How many watch each room that somebody watches. */
  viewerCounts(): Readonly<Record<string, number>> {
    const watched = [...this.#open.values()].filter(({ room }) => room.viewers > 0);
    return Object.fromEntries(watched.map(({ room }) => [room.id, room.viewers]));
  }

  /** Those who watch a room, once for each connection. */
  viewersOf(roomId: string): readonly Viewer[] {
    const sessions = this.#open.get(roomId)?.room.watchers() ?? [];
    return Array.from(sessions, ({ viewer }) => viewer);
  }

  /** See {@link Room.tick}. */
  tick(periodMs: number): void {
    for (const { room } of this.#open.values()) room.tick(periodMs);
  }

  /** The rooms that are live. */
  *liveRooms(): Generator<LiveRoom> {
    for (const open of this.#open.values()) {
      const live = toLiveRoom(open);
      if (live !== undefined) yield live;
    }
  }

  /** A room, if it is open and live. */
  liveRoom(roomId: string): LiveRoom | undefined {
    const open = this.#open.get(roomId);
    return open === undefined ? undefined : toLiveRoom(open);
  }

  /** See {@link Room.sweep}. */
  sweep(): void {
    for (const { room } of this.#open.values()) room.sweep();
  }

  /** Ends all viewers, each with its own time to come back. */
  endAll(reason: CloseReason, retryAfterMs: (session: Session) => number): void {
    for (const { room } of this.#open.values()) room.end(reason, retryAfterMs);
  }

  /** Closes all feeds. Nothing can be leased any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#open.values()].map((open) => this.#closeRoom(open)));
  }

  #openOnce(roomId: string): Promise<OpenRoom> {
    const opening =
      this.#opening.get(roomId) ?? this.#openRoom(roomId).finally(() => this.#opening.delete(roomId));
    this.#opening.set(roomId, opening);
    return opening;
  }

  async #openRoom(roomId: string): Promise<OpenRoom> {
    if (this.#closed) throw new AppError("draining");
    if (this.#open.size + this.#opening.size >= this.#options.roomsMax)
      throw new AppError("connections_exhausted");
    const facts = await this.#deps.facts.find(roomId);
    if (facts === null) throw new AppError("room_not_found");
    const { feed, start } = await RoomFeed.open(roomId, {
      deps: this.#deps.feed,
      options: this.#options.feed,
      handlers: {
        onEntries: (entries) => room.receive(entries),
        onVerified: (seq) => room.verified(seq),
        onReset: (reason, from) => room.reset(reason, from),
      },
    });
    const { random, returnSpreadMs } = this.#deps;
    const returnMs = () => Math.ceil(random() * returnSpreadMs);
    const standing = new Standing({ ...facts, returnMs, now: () => Date.now() });
    const deps = this.#deps.createRoomDeps(roomId, facts, (event) => {
      // Also the newest events that the room starts with: its state in NATS is written after them, and may be older.
      standing.learn(event);
      this.#enforce(roomId);
    });
    const room = new Room(roomId, { options: this.#options.room, deps, start });
    const open: OpenRoom = { room, feed, standing, leases: 0, lingering: undefined };
    if (standing.isDeleted) {
      await this.#closeRoom(open);
      throw new AppError("room_not_found");
    }
    this.#open.set(roomId, open);
    // Until somebody takes the lease: who asked for it may be gone.
    this.#linger(open);
    feed.begin();
    return open;
  }

  async #catchUpWithLog(open: OpenRoom, endSeq: number): Promise<void> {
    await Promise.race([open.feed.repair(endSeq), Bun.sleep(this.#options.catchUpDeadlineMs)]);
    open.room.flushNow();
  }

  #release(open: OpenRoom): void {
    open.leases -= 1;
    if (open.leases === 0) this.#linger(open);
  }

  #linger(open: OpenRoom): void {
    clearTimeout(open.lingering);
    open.lingering = setTimeout(() => {
      if (open.leases === 0) void this.#closeRoom(open);
    }, this.#options.lingerMs);
  }

  /** Ends the viewers who may watch no more. */
  #enforce(roomId: string): void {
    const open = this.#open.get(roomId);
    if (open === undefined) return;
    open.room.dismiss(({ viewer }) => open.standing.whyNot(viewer));
    if (open.standing.isDeleted) void this.#closeRoom(open);
  }

  async #closeRoom(open: OpenRoom): Promise<void> {
    clearTimeout(open.lingering);
    if (this.#open.get(open.room.id) === open) this.#open.delete(open.room.id);
    open.room.close();
    await open.feed.close();
  }
}

/** What a lease asks of the registry that gave it. */
interface Landlord {
  readonly catchUpWithLog: (open: OpenRoom, endSeq: number) => Promise<void>;
  readonly release: (open: OpenRoom) => void;
}

/** Every viewer holds one for as long as it watches, so it is an object of three fields and no closure. */
class Lease implements RoomLease {
  readonly #open: OpenRoom;
  readonly #landlord: Landlord;
  #isHeld = true;

  constructor(open: OpenRoom, landlord: Landlord) {
    this.#open = open;
    this.#landlord = landlord;
  }

  get room(): Room {
    return this.#open.room;
  }

  visibility(): Visibility {
    return this.#open.standing.visibility;
  }

  whyNot(viewer: Viewer): Dismissal | undefined {
    return this.#open.standing.whyNot(viewer);
  }

  catchUpWithLog(endSeq: number): Promise<void> {
    return this.#landlord.catchUpWithLog(this.#open, endSeq);
  }

  release(): void {
    if (this.#isHeld) this.#landlord.release(this.#open);
    this.#isHeld = false;
  }
}

function toLiveRoom({ room, standing: { sessionId } }: OpenRoom): LiveRoom | undefined {
  if (sessionId === null) return undefined;
  return { roomId: room.id, sessionId, viewerKeys: () => keysOf(room.watchers()) };
}

function* keysOf(sessions: Iterable<Session>): Generator<string> {
  for (const { viewer } of sessions) yield viewer.key;
}
