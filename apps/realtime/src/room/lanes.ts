import type { RoomEntry } from "../events/room-entry.ts";
import type { Session } from "../session/session.ts";
import type { Timers } from "../timers.ts";
import { Lane, type LaneDeps } from "./lane.ts";
import type { LiveChannels } from "./live-channel.ts";
import { gatherMs, type LoadMeter } from "./load-meter.ts";

export interface LanesOptions {
  /** So many viewers fill a lane: the next one opens another. */
  readonly laneViewers: number;
  /** The longest that an event waits for company on its way to one lane. */
  readonly tickMsMax: () => number;
}

interface LanesDeps {
  readonly lane: LaneDeps;
  readonly load: LoadMeter;
  readonly timers: Pick<Timers, "now" | "defer">;
  readonly createChannels: (lane: number) => LiveChannels;
}

const lanesMax = 8;
/** After each lane the loop rests for this part of what the lane took: the network is read, and others have a turn. */
const restShare = 0.05;

/**
 * The live viewers of a view. As long as they are few they are one lane, and written to at once. A crowd is several,
 * written to in turn, each as soon as its turn comes and with all that has gathered for it.
 *
 * That is because writing to a crowd takes long (10,000 sockets: some 45 ms). Written as one, an event that comes while
 * the last ones are still being written waits for the end of that, and then for its own writing: twice that long for
 * the last viewer. In lanes it waits until a viewer's own turn comes round, once that long, at the same price.
 */
export class Lanes {
  readonly #deps: LanesDeps;
  readonly #options: LanesOptions;
  readonly #lanes: Lane[] = [];
  readonly #laneOf = new Map<Session, Lane>();
  #cancel: (() => void) | undefined;
  /** Whose turn is next. */
  #turn = 0;
  #restMs = 0;

  constructor(deps: LanesDeps, options: LanesOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** All who belong here, live or not. */
  get size(): number {
    return this.#laneOf.size;
  }

  /** Whether events wait for a lane's turn, and need not wait before. */
  get takeTurns(): boolean {
    return this.#lanes.length > 1;
  }

  sessions(): Iterable<Session> {
    return this.#laneOf.keys();
  }

  /** Gives a viewer its lane: the emptiest. It is not live yet. */
  take(session: Session): void {
    const lane = this.#emptiest();
    lane.members += 1;
    this.#laneOf.set(session, lane);
  }

  /** The viewer has everything up to the ring's head: from now on it gets what is pushed. */
  golive(session: Session): void {
    this.#laneOf.get(session)?.add(session);
  }

  /** Nothing is written to this viewer any more; it keeps its lane. */
  suspend(session: Session): void {
    this.#laneOf.get(session)?.delete(session);
  }

  /** Takes a viewer out. @returns whether it was here. */
  delete(session: Session): boolean {
    const lane = this.#laneOf.get(session);
    if (lane === undefined) return false;
    lane.delete(session);
    lane.members -= 1;
    this.#laneOf.delete(session);
    // An audience that has gone leaves no lanes behind: the next begins as one.
    if (this.#laneOf.size === 0) this.#close();
    return true;
  }

  /** Writes entries, which the ring holds already, to all who are live, at once or in turn. */
  push(entries: readonly RoomEntry[]): void {
    for (const lane of this.#lanes) lane.push(entries);
    if (this.takeTurns) this.#schedule();
    else this.writeAll();
  }

  /** Writes what waits, without waiting for anybody's turn. */
  writeAll(): void {
    for (const lane of this.#lanes) if (lane.isWaiting) lane.write();
  }

  /** Looks for sockets that are full, where writing does not tell. */
  sweep(): void {
    for (const lane of this.#lanes) lane.sweep();
  }

  /** Everybody's position is void: what waits is for nobody. */
  restart(): void {
    for (const lane of this.#lanes) lane.restart();
  }

  /** Takes back what is scheduled. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #close(): void {
    this.close();
    this.#lanes.length = 0;
  }

  #emptiest(): Lane {
    const lanes = this.#lanes;
    const { lane: deps, createChannels } = this.#deps;
    const emptiest = lanes.toSorted((one, other) => one.members - other.members)[0];
    const isFull = emptiest === undefined || emptiest.members >= this.#options.laneViewers;
    if (emptiest !== undefined && (!isFull || lanes.length === lanesMax)) return emptiest;
    const opened = new Lane(deps, createChannels(lanes.length));
    lanes.push(opened);
    return opened;
  }

  #schedule(): void {
    if (this.#cancel !== undefined) return;
    const { timers, load } = this.#deps;
    const lane = this.#nextWaiting();
    if (lane === undefined) return;
    const dueMs = lane.writtenAtMs + gatherMs(load, this.#options.tickMsMax());
    const run = () => this.#write(lane);
    this.#cancel = timers.defer(run, Math.max(this.#restMs, dueMs - timers.now()));
  }

  #write(lane: Lane): void {
    const { timers, load } = this.#deps;
    this.#cancel = undefined;
    const startMs = timers.now();
    lane.writtenAtMs = startMs;
    this.#turn = this.#lanes.indexOf(lane) + 1;
    lane.write();
    const tookMs = timers.now() - startMs;
    load.add(tookMs);
    this.#restMs = tookMs * restShare;
    this.#schedule();
  }

  #nextWaiting(): Lane | undefined {
    const count = this.#lanes.length;
    for (let step = 0; step < count; step++) {
      const lane = this.#lanes[(this.#turn + step) % count];
      if (lane?.isWaiting === true) return lane;
    }
    return undefined;
  }
}
