import { AppError, type Priority, type ResetReason } from "@barrage/protocol";
import { Batch } from "../events/batch.ts";
import type { RingReader } from "../events/event-ring.ts";
import type { RoomEntry } from "../events/room-entry.ts";
import type { Timers } from "../timers.ts";
import type { PageReader } from "./page-reader.ts";
import { type Limits, live, type Position, type Session } from "./session.ts";
import { type Skipped, shed } from "./shed.ts";

export interface CatchUpDeps {
  readonly room: string;
  readonly ring: RingReader;
  readonly pages: PageReader;
  readonly limits: Limits;
  /** So many events are read from the log for one viewer before it is told to begin anew. */
  readonly resumeEventsMax: number;
  readonly timers: Pick<Timers, "now" | "sleep">;
  /** The cursor of a sequence, in wire form. */
  readonly cursorOf: (seq: number) => string;
  /** Called in the same turn in which the viewer has everything: the room adds it before it writes again. */
  readonly onLive: (session: Session) => void;
  /** So many events of a class are shed. */
  readonly onSkipped: (count: number, priority: Priority) => void;
  /** The viewer is live for the first time, after so many events. */
  readonly onResumed: (events: number) => void;
  readonly onReset: (reason: ResetReason) => void;
}

interface Shedding {
  readonly untilSeq: number;
  /** What was shed and is not told yet. */
  readonly untold: Skipped | undefined;
}

/** What is written at once while catching up: a viewer that reads nothing costs this much, and not its whole debt. */
const pieceBytes = 32 * 1024;
const pageRetryMs = 500;

/**
 * Brings one viewer from its position to the room's head: from the ring where that reaches back far enough, else from
 * pages of the log; then hands it over in the same turn, so that no event falls in between. One of these runs per
 * viewer that is not live, at that viewer's pace: nobody waits for it.
 */
export class CatchUp {
  readonly #session: Session;
  readonly #deps: CatchUpDeps;
  #at: Position;
  #full: boolean;
  #pagedEvents = 0;
  #sentEvents = 0;
  #jumps = 0;
  #shedding: Shedding | undefined;

  constructor(
    session: Session,
    options: { readonly deps: CatchUpDeps; readonly at: Position; readonly full: boolean },
  ) {
    this.#session = session;
    this.#deps = options.deps;
    this.#at = options.at;
    this.#full = options.full;
    this.#session.state = { kind: "catching-up", at: options.at };
  }

  /** Resolves when the viewer is live or closed. */
  async run(): Promise<void> {
    while (!this.#session.isClosed) {
      if (this.#full) await this.#untilDrained();
      if (this.#session.isClosed) return;
      if (!this.#deps.ring.covers(this.#at.seq)) await this.#sendPage();
      else if (!this.#sendFromRing() && !this.#tellRest()) {
        this.#session.state = live;
        this.#deps.onLive(this.#session);
        return;
      }
    }
  }

  /** Tells the viewer that its position is void, and goes on from the room's head. */
  reset(reason: ResetReason): void {
    const { room, cursorOf, ring, onReset } = this.#deps;
    this.#jumps += 1;
    this.#shedding = undefined;
    this.#at = { seq: ring.headSeq, bytes: ring.headBytes };
    const { state } = this.#session;
    if (state.kind === "stalled" || state.kind === "catching-up")
      this.#session.state = { ...state, at: this.#at };
    onReset(reason);
    this.#note(
      this.#session.transport.control({ type: "reset", room, reason, cursor: cursorOf(this.#at.seq) }),
    );
  }

  async #untilDrained(): Promise<void> {
    const { timers, ring, limits } = this.#deps;
    this.#session.state = { kind: "stalled", at: this.#at, sinceMs: timers.now() };
    await this.#session.transport.drained();
    if (this.#session.isClosed) return;
    this.#full = false;
    this.#session.state = { kind: "catching-up", at: this.#at };
    if (!this.#session.wasLive) return;
    const behindBytes = ring.headBytes - this.#at.bytes;
    if (behindBytes >= limits.closeBytes) this.#session.end("slow_consumer", 0);
    else if (behindBytes > limits.shedBytes) {
      this.#shedding = { untilSeq: ring.headSeq, untold: this.#shedding?.untold };
    }
  }

  /** @returns false when the ring holds nothing more. */
  #sendFromRing(): boolean {
    const { ring } = this.#deps;
    const entries = ring.readAfter(this.#at.seq, pieceBytes);
    const last = entries.at(-1);
    if (last === undefined) return false;
    if (this.#shedding === undefined) this.#send(entries);
    else this.#sendShed(entries, this.#shedding);
    this.#moveTo(last.seq);
    return true;
  }

  #send(entries: readonly RoomEntry[]): void {
    this.#sentEvents += entries.length;
    this.#note(this.#session.transport.send(new Batch({ room: this.#deps.room, entries })));
  }

  #sendShed(entries: readonly RoomEntry[], shedding: Shedding): void {
    const { parts, rest } = shed(entries, shedding.untold, this.#deps.onSkipped);
    for (const { skipped, kept } of parts) {
      if (skipped !== undefined) this.#tellSkipped(skipped);
      this.#send(kept);
    }
    const isDone = (entries.at(-1)?.seq ?? 0) >= shedding.untilSeq;
    if (isDone && rest !== undefined) this.#tellSkipped(rest);
    this.#shedding = isDone ? undefined : { ...shedding, untold: rest };
  }

  #tellSkipped({ count, cursor }: Skipped): void {
    const { room } = this.#deps;
    this.#note(this.#session.transport.control({ type: "skipped", room, count, cursor, reason: "slow" }));
  }

  /** Tells what is still to be told before the viewer is live. @returns false when there was nothing. */
  #tellRest(): boolean {
    const untold = this.#shedding?.untold;
    this.#shedding = undefined;
    if (untold !== undefined) {
      this.#tellSkipped(untold);
      return true;
    }
    if (this.#session.wasLive) return false;
    this.#session.wasLive = true;
    this.#deps.onResumed(this.#sentEvents);
    const { room, cursorOf, ring } = this.#deps;
    this.#note(this.#session.transport.control({ type: "live", room, cursor: cursorOf(ring.headSeq) }));
    return true;
  }

  async #sendPage(): Promise<void> {
    const { pages, ring, resumeEventsMax, timers } = this.#deps;
    // The ring holds more than a live viewer may fall behind; whoever falls out of it all the same is too slow.
    if (this.#session.wasLive) return this.#session.end("slow_consumer", 0);
    if (this.#pagedEvents >= resumeEventsMax) return this.reset("too_far");
    const jumps = this.#jumps;
    try {
      const page = await pages.readAfter(this.#at.seq);
      if (this.#session.isClosed || jumps !== this.#jumps) return;
      if (page.isTrimmed) return this.reset("trimmed");
      // The log may be ahead of the room; what the room has not written yet, it writes to its live viewers later.
      const entries = page.entries.filter((entry) => entry.seq <= ring.headSeq);
      if (entries.length === 0) return this.#moveTo(ring.headSeq);
      this.#pagedEvents += entries.length;
      await this.#sendPieces(entries);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // The log is away: the viewer keeps its connection, and goes on when the log is back.
      await timers.sleep(pageRetryMs);
    }
  }

  async #sendPieces(entries: readonly RoomEntry[]): Promise<void> {
    const jumps = this.#jumps;
    for (let start = 0; start < entries.length; ) {
      let end = start;
      for (let bytes = 0; end < entries.length && bytes < pieceBytes; end++)
        bytes += entries[end]?.frame.length ?? 0;
      this.#send(entries.slice(start, end));
      this.#moveTo(entries[end - 1]?.seq ?? this.#at.seq);
      start = end;
      if (this.#full) await this.#untilDrained();
      if (this.#session.isClosed || jumps !== this.#jumps) return;
    }
  }

  #moveTo(seq: number): void {
    const { ring } = this.#deps;
    // One that resumes owes a lot from the start: it is judged by what comes on top while it reads nothing.
    this.#at = { seq, bytes: this.#session.wasLive ? ring.bytesAt(seq) : ring.headBytes };
    const { state } = this.#session;
    if (state.kind === "catching-up") this.#session.state = { ...state, at: this.#at };
  }

  #note(hadRoom: boolean): void {
    if (!hadRoom) this.#full = true;
  }
}
