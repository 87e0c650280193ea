import { type ControlFrame, type Cursor, type ErrorCode, errorTable } from "@barrage/protocol";
import { type ConnectionOrder, ticketFailure } from "../connection.ts";
import type { Failure } from "../feed/feed-item.ts";
import type { Via } from "../feed/feed-state.ts";
import type { Clock } from "../options.ts";
import type { Place, Places } from "../places.ts";
import { Line } from "./line.ts";
import type { RoomOrder, RoomsConnection, RoomsOpening, RoomsSink } from "./rooms-connection.ts";

interface RoomsLinkDeps {
  readonly clock: Clock;
  readonly random: () => number;
  /** Where a room is by now; undefined: it has no position yet. */
  readonly positionOf: (room: string) => Cursor | undefined;
  readonly ticket: ((room: string) => Promise<string | undefined>) | undefined;
  /** Where connections go; they need no ticket of their own there. */
  readonly places: Pick<Places, "next" | "failed" | "worked">;
  readonly open: (via: Via, opening: RoomsOpening) => RoomsConnection;
}

/** A room that wants to be on the connection. */
interface Member {
  readonly room: string;
  readonly order: ConnectionOrder;
  /** Whose failure is its own. */
  on: Line | undefined;
}

/** Rooms that are wanted together are asked for together. */
const gatherMs = 20;
/** Signs of life are passed on this often at most: each is told to every room. */
const aliveEveryMs = 100;

/** These are about one room, not about the connection: the server answers with them for the first that was asked for. */
const roomCodes: ReadonlySet<ErrorCode> = new Set(["room_not_found", "ticket_required", "ticket_invalid"]);

/**
 * Keeps one connection for all rooms that want one. Over a WebSocket rooms come and go on it; an event stream is
 * replaced by another one with the new set, opened before the old one is closed: rooms that were on it go on without
 * a pause, since whatever comes twice has been seen.
 */
export class RoomsLink {
  readonly #deps: RoomsLinkDeps;
  readonly #members = new Map<string, Member>();
  #current: Line | undefined;
  /** An event stream that will replace the current one. */
  #next: Line | undefined;
  /** Where the connection is, until it is lost there: a stream that replaces another one goes to the same node. */
  #place: Promise<Place> | undefined;
  #isGathering = false;
  #dice: number;

  constructor(deps: RoomsLinkDeps) {
    this.#deps = deps;
    this.#dice = deps.random();
  }

  /** The same number for all rooms until the connection fails: so they come back together, over one connection. */
  get dice(): number {
    return this.#dice;
  }

  /**
   * Wants a room on the connection. @returns what takes it off again, by its own wish or because it has given the
   * connection up for lost; after that its sink is never called.
   */
  connect(room: string, order: ConnectionOrder): (isLost: boolean) => void {
    const member: Member = { room, order, on: undefined };
    this.#members.set(room, member);
    this.#gather();
    return (isLost) => {
      if (this.#members.get(room) !== member) return;
      this.#members.delete(room);
      for (const line of this.#lines()) {
        const wasOn = line.rooms.has(room);
        line.unsubscribe(room);
        // The last of those who were on it has given it up, for silence or for want of a hello.
        if (isLost && wasOn && line.rooms.size === 0) this.#lose(line);
      }
      this.#gather();
    };
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#deps.clock.after(gatherMs, () => {
      this.#isGathering = false;
      this.#settle();
    });
  }

  /** Brings the connection to what is wanted. */
  #settle(): void {
    const [first] = this.#members.values();
    const newest = this.#next ?? this.#current;
    if (first === undefined) this.#closeAll();
    else if (newest === undefined) {
      this.#current = new Line(first.order.via);
      void this.#open(this.#current);
    } else if (newest.via === "ws") {
      for (const member of this.#members.values())
        if (!newest.rooms.has(member.room)) void this.#subscribe(newest, member);
    } else if (newest.isStale || !this.#isWhole(newest)) {
      this.#next?.close();
      this.#next = new Line("sse");
      void this.#open(this.#next);
    }
  }

  #isWhole({ rooms }: Line): boolean {
    return rooms.size === this.#members.size && [...this.#members.keys()].every((room) => rooms.has(room));
  }

  #lines(): readonly Line[] {
    return [this.#current, this.#next].flatMap((line) => line ?? []);
  }

  #membersOn(line: Line): readonly Member[] {
    return [...this.#members.values()].filter(({ on }) => on === line);
  }

  async #open(line: Line): Promise<void> {
    const wanted = [...this.#members.values()];
    for (const member of wanted) this.#put(member, line);
    const orders = await Promise.all(wanted.map((member) => this.#orderFor(member)));
    if (line.isClosed) return;
    const valid = orders.flatMap((order) => order ?? []);
    this.#place ??= this.#deps.places.next();
    const { url } = await this.#place;
    if (line.isClosed) return;
    line.url = url;
    try {
      const sink = this.#sinkOf(line);
      const isOpen = line.open(valid, (asked) => this.#deps.open(line.via, { url, orders: asked, sink }));
      if (!isOpen) this.#forget(line);
    } catch {
      // A browser throws for what a page may never open, such as ws: from https:. The other way may be allowed.
      this.#fail(line, { cause: "network" });
    }
  }

  async #subscribe(line: Line, member: Member): Promise<void> {
    this.#put(member, line);
    const order = await this.#orderFor(member);
    if (order !== undefined && member.on === line && line.rooms.has(member.room)) line.subscribe(order);
  }

  #put(member: Member, line: Line): void {
    line.rooms.add(member.room);
    // One that goes on over the current stream stays there until the next has something to say.
    member.on ??= line;
  }

  /** @returns undefined when no ticket could be had: the room has been told. */
  async #orderFor({ room, order }: Member): Promise<RoomOrder | undefined> {
    const since = this.#deps.positionOf(room) ?? order.since;
    try {
      const ticket = await this.#deps.ticket?.(room);
      return { room, since, tail: since === undefined ? order.tail : undefined, ticket };
    } catch (error) {
      this.#drop(room);
      order.sink.onFailure(ticketFailure(error));
      return undefined;
    }
  }

  /** A room is not on any connection any more. @returns who is to be told. */
  #drop(room: string): Member | undefined {
    for (const line of this.#lines()) line.forget(room);
    const member = this.#members.get(room);
    if (member !== undefined) member.on = undefined;
    return member;
  }

  #sinkOf(line: Line): RoomsSink {
    const { clock } = this.#deps;
    return {
      onAlive: () => {
        const nowMs = clock.nowMs();
        if (nowMs - line.aliveAtMs < aliveEveryMs) return;
        line.aliveAtMs = nowMs;
        for (const { order } of this.#membersOn(line)) order.sink.onAlive();
      },
      onFrame: (frame) => this.#takeFrame(line, frame),
      onEvent: (room, cursor, item) => {
        if (line.greeted.has(room)) this.#members.get(room)?.order.sink.onEvent(cursor, item);
      },
      onRetry: (retryMs) => {
        for (const { order } of this.#membersOn(line)) order.sink.onRetry(retryMs);
      },
      onFailure: (failure) => this.#fail(line, failure),
    };
  }

  #takeFrame(line: Line, frame: ControlFrame): void {
    if (line === this.#next) this.#takeOver(line);
    if (frame.type === "hello") this.#deps.places.worked();
    if (frame.type === "goodbye") {
      this.#dice = this.#deps.random();
      for (const { order } of this.#lose(line)) order.sink.onFrame(frame);
    } else if (frame.type === "refused") {
      const { room, code, retryAfterMs } = frame;
      const later = retryAfterMs === null ? {} : { retryAfterMs };
      const failure: Failure = { cause: "refused", status: errorTable[code].status, code, ...later };
      this.#drop(room)?.order.sink.onFailure(failure);
    } else if (frame.type === "left") {
      const { room, reason, retryAfterMs } = frame;
      this.#drop(room)?.order.sink.onFrame({ type: "goodbye", reason, retryAfterMs });
    } else if ("room" in frame) {
      const { room } = frame;
      if (frame.type === "hello" && line.rooms.has(room)) line.greeted.add(room);
      if (line.greeted.has(room)) this.#members.get(room)?.order.sink.onFrame(frame);
    }
  }

  /** The stream with the new set of rooms speaks: the old one is not needed any more. */
  #takeOver(line: Line): void {
    this.#current?.close();
    this.#current = line;
    this.#next = undefined;
    for (const member of this.#members.values()) if (line.rooms.has(member.room)) member.on = line;
  }

  #fail(line: Line, failure: Failure): void {
    this.#dice = this.#deps.random();
    const isOfFirst = failure.cause === "refused" && roomCodes.has(failure.code);
    const affected = isOfFirst ? this.#forget(line) : this.#lose(line);
    const [first, ...others] = affected;
    if (isOfFirst && first !== undefined && others.length > 0) {
      first.order.sink.onFailure(failure);
      // The others were refused by the way, and have not been told: they try again without it.
      this.#gather();
    } else for (const { order } of affected) order.sink.onFailure(failure);
  }

  /** Takes a connection out that is lost: the next one goes elsewhere. @returns as {@link #forget} */
  #lose(line: Line): readonly Member[] {
    if (line.url !== undefined) this.#deps.places.failed(line.url);
    this.#place = undefined;
    return this.#forget(line);
  }

  /** Takes a connection out that is over. @returns the rooms that have none now, in the order they were asked for. */
  #forget(line: Line): readonly Member[] {
    line.close();
    const affected = this.#membersOn(line);
    for (const member of affected) member.on = undefined;
    if (line === this.#next) this.#next = undefined;
    if (line === this.#current) {
      this.#current = undefined;
      // Those who were to move to the next one are there already.
      if (this.#next !== undefined) this.#takeOver(this.#next);
    }
    return affected.filter(({ on }) => on === undefined);
  }

  #closeAll(): void {
    for (const line of this.#lines()) line.close();
    this.#current = undefined;
    this.#next = undefined;
    this.#place = undefined;
  }
}
