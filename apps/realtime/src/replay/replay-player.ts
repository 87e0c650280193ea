import type { LimiterSettings } from "@barrage/domain";
import type { Logger } from "@barrage/platform";
import {
  AppError,
  type CloseReason,
  formatCursor,
  type ReplayClientFrame,
  type ReplaySpeed,
} from "@barrage/protocol";
import { Batch } from "../events/batch.ts";
import type { RoomEntry } from "../events/room-entry.ts";
import { findPlace, ItemSource, type ReplayItem, type ReplayPlace } from "./item-source.ts";
import { ReplayClock } from "./replay-clock.ts";
import type { ReplayStart } from "./replay-request.ts";
import type { ReplaySeat } from "./replay-seat.ts";
import type { SessionTimeline } from "./session-timeline.ts";

export interface PlayerOptions {
  readonly start: ReplayStart;
  readonly speed: ReplaySpeed;
  readonly untilMs: number | undefined;
  /** Undefined: everything is shown. */
  readonly settings: LimiterSettings | undefined;
  readonly heartbeatMs: number;
}

export interface PlayerDeps {
  /** The session's timeline, with a fresh index. @throws AppError. */
  readonly timeline: () => Promise<SessionTimeline>;
  /** The viewer's connection; it may be ended by others, too. */
  readonly seat: ReplaySeat;
  /** Why this viewer may watch no more; undefined when nothing speaks against it. */
  readonly whyNot: () => { readonly reason: CloseReason; readonly retryAfterMs: number | null } | undefined;
  /** Puts the viewer, who has seen everything up to `seq`, into the live room. @returns false when it is not there yet. */
  readonly goLive: (seq: number) => Promise<boolean>;
  readonly logger: Logger;
  /** A monotonic clock, and the real one, in milliseconds. */
  readonly now: () => number;
  readonly wallClock: () => number;
}

type Outcome = "live" | "ended";

/** So much is written at once, when so much is due. */
const batchEntries = 512;
/** How often the log is asked for more when the viewer has come to its end and is not to go live. */
const moreEveryMs = 200;
/** A viewer so close behind is as good as live. */
const liveSlackMs = 1_000;
const retryMs = 500;
/** After so many tries in a row its viewer is told to come back later. */
const triesMax = 20;
const refreshMs = 2_000;
/** At full speed a page is due as soon as it is there: the store's answers must overlap. */
const pagesAheadAtMax = 8;
/** `setTimeout` takes no more. */
const waitMsMax = 3_600_000;

/**
 * Replays a session to one viewer at its own pace: one loop, one position, and of the events no more than the page
 * that it is in, which it shares with whoever is near. A socket that is full holds up its own viewer alone.
 */
export class ReplayPlayer {
  readonly #deps: PlayerDeps;
  readonly #options: PlayerOptions;
  readonly #clock: ReplayClock;
  #timeline: SessionTimeline;
  #source: ItemSource | undefined;
  #items: ReplayItem[] = [];
  #nextItem = 0;
  #sentSeq = 0;
  #seek: ReplayStart | undefined;
  #isToTell = true;
  #wake = Promise.withResolvers<void>();
  #writtenMs: number;
  #refreshedMs: number;

  constructor(timeline: SessionTimeline, { deps, options }: { deps: PlayerDeps; options: PlayerOptions }) {
    this.#deps = deps;
    this.#options = options;
    this.#timeline = timeline;
    this.#seek = options.start;
    this.#clock = new ReplayClock(deps.now, { logMs: timeline.index.startedAtMs, speed: options.speed });
    this.#writtenMs = deps.now();
    this.#refreshedMs = deps.now();
  }

  /** Does what the viewer asks for, as soon as the loop comes round. */
  command(frame: ReplayClientFrame): void {
    if (frame.type === "pong") return;
    if (frame.type === "seek") this.#seek = { kind: "offset", offsetMs: frame.offsetMs };
    if (frame.type === "speed") this.#clock.setSpeed(frame.speed);
    if (frame.type === "pause" || frame.type === "play") this.#clock.setPaused(frame.type === "pause");
    this.#isToTell = true;
    this.stir();
  }

  /** Has the loop look at once whether its viewer is still there. */
  stir(): void {
    this.#wake.resolve();
  }

  /** Resolves when the viewer is gone, live or at the end. */
  async run(): Promise<void> {
    const { seat, logger } = this.#deps;
    let failures = 0;
    while (!seat.isClosed) {
      try {
        const outcome = await this.#step();
        failures = 0;
        if (outcome === "live") return;
        if (outcome === "ended") return seat.end("replay_ended", null);
      } catch (error) {
        failures += 1;
        if (!(error instanceof AppError) || failures > triesMax) {
          logger.error({ error, session: this.#timeline.index.session }, "a replay failed");
          return seat.end("internal", retryMs * triesMax);
        }
        // The log or the store is away: the viewer keeps its place, and goes on when they are back.
        await this.#wait(retryMs);
      }
    }
  }

  async #step(): Promise<Outcome | undefined> {
    const fault = this.#deps.whyNot();
    if (fault !== undefined) {
      this.#deps.seat.end(fault.reason, fault.retryAfterMs);
      return undefined;
    }
    await this.#refresh();
    if (this.#seek !== undefined) await this.#moveTo(this.#seek);
    if (this.#isToTell) await this.#tell();
    const item = this.#items[this.#nextItem];
    if (item === undefined) return await this.#fill();
    if (this.#isBeyondEnd(item.logMs)) {
      await this.#wait(this.#clock.waitMs(this.#untilLogMs));
      return this.#clock.waitMs(this.#untilLogMs) <= 0 ? "ended" : undefined;
    }
    const waitMs = this.#clock.waitMs(item.logMs);
    if (waitMs > 0) await this.#wait(waitMs);
    else await this.#sendDue();
    return undefined;
  }

  get #untilLogMs(): number {
    const { untilMs } = this.#options;
    return untilMs === undefined ? Number.POSITIVE_INFINITY : this.#timeline.index.startedAtMs + untilMs;
  }

  #isBeyondEnd(logMs: number): boolean {
    return logMs >= this.#untilLogMs;
  }

  async #refresh(): Promise<void> {
    if (this.#deps.now() - this.#refreshedMs < refreshMs) return;
    this.#refreshedMs = this.#deps.now();
    try {
      this.#timeline = await this.#deps.timeline();
    } catch (error) {
      // What is known goes on; a session that is gone is gone for its viewers, too.
      if (error instanceof AppError && error.code === "session_not_found") {
        this.#deps.seat.end("room_deleted", null);
      }
    }
  }

  async #moveTo(start: ReplayStart): Promise<void> {
    const { startedAtMs, epoch } = this.#timeline.index;
    const isHere = start.kind === "cursor" && start.cursor.epoch === epoch;
    const wanted =
      start.kind === "offset"
        ? { logMs: startedAtMs + start.offsetMs }
        : { afterSeq: isHere ? start.cursor.seq : 0 };
    await this.#goTo(await findPlace(this.#timeline, wanted));
    // A newer wish may have come meanwhile.
    if (this.#seek === start) this.#seek = undefined;
    this.#isToTell = true;
  }

  async #goTo(place: ReplayPlace): Promise<void> {
    this.#source = await ItemSource.open(this.#timeline, place, this.#options.settings);
    this.#items = [];
    this.#nextItem = 0;
    this.#sentSeq = place.afterSeq;
    this.#clock.moveTo(Math.max(place.logMs, this.#timeline.index.startedAtMs));
  }

  async #tell(): Promise<void> {
    this.#isToTell = false;
    const { room, session, startedAtMs, endedAtMs, epoch } = this.#timeline.index;
    const { state } = await findPlace(this.#timeline, { afterSeq: this.#sentSeq });
    const cursor = formatCursor({ epoch, seq: this.#sentSeq });
    const { speed, isPaused, logMs } = this.#clock;
    const offsetMs = Math.max(0, Math.round(logMs - startedAtMs));
    const { heartbeatMs } = this.#options;
    const place = { room, session, cursor, startedAtMs, endedAtMs, offsetMs };
    const { transport } = this.#deps.seat;
    await this.#written(transport.control({ type: "replay", ...place, speed, isPaused, state, heartbeatMs }));
  }

  /** Reads on. At the end of everything: ends, goes live, or waits for more. */
  async #fill(): Promise<Outcome | undefined> {
    const source = this.#source;
    if (source === undefined) return undefined;
    this.#nextItem = 0;
    const items = await source.next();
    this.#items = [...(items ?? [])];
    if (items !== undefined) {
      source.prefetch(this.#clock.speed === "max" ? pagesAheadAtMax : 1);
      return undefined;
    }
    return await this.#atHead(source);
  }

  async #atHead(source: ItemSource): Promise<Outcome | undefined> {
    const { index } = this.#timeline;
    const { endSeq } = index;
    const isOver = endSeq !== null && (source.readSeq >= endSeq || index.archivedSeq >= endSeq);
    const isNear = this.#clock.logMs >= this.#deps.wallClock() - liveSlackMs;
    const isCaughtUp = isNear || this.#clock.speed === "max";
    if (isOver || (isCaughtUp && !this.#clock.isPaused)) {
      this.#items = [...source.flush()];
      if (this.#items.length > 0) return undefined;
      await this.#tellSkipped(source.takeUntold());
      if (isOver) return "ended";
      if (this.#options.untilMs === undefined && (await this.#deps.goLive(source.readSeq))) return "live";
    }
    // Its own index may be the reason: an ended session is known as such a moment later.
    if (this.#clock.waitMs(this.#untilLogMs) <= 0) return "ended";
    await this.#wait(moreEveryMs);
    return undefined;
  }

  async #sendDue(): Promise<void> {
    let entries: RoomEntry[] = [];
    let last: ReplayItem | undefined;
    for (let item = this.#items[this.#nextItem]; item !== undefined; item = this.#items[this.#nextItem]) {
      const isDue = this.#clock.waitMs(item.logMs) <= 0 && !this.#isBeyondEnd(item.logMs);
      if (!isDue || entries.length >= batchEntries) break;
      this.#nextItem += 1;
      last = item;
      const isHidden = this.#timeline.isDeleted(item.messageId);
      if (item.skipped !== undefined) {
        await this.#send(entries);
        entries = [];
        await this.#tellSkipped(item.skipped);
      }
      if (isHidden) continue;
      entries.push(item.entry);
      if (item.count > 1) {
        await this.#send(entries);
        entries = [];
        await this.#tellMerged(item);
      }
    }
    await this.#send(entries);
    if (last === undefined) return;
    this.#sentSeq = last.seq;
    if (this.#clock.speed === "max") this.#clock.moveTo(last.logMs);
  }

  async #send(entries: readonly RoomEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { transport } = this.#deps.seat;
    await this.#written(transport.send(new Batch({ room: this.#timeline.index.room, entries })));
  }

  async #tellSkipped(run: { readonly count: number; readonly seq: number } | undefined): Promise<void> {
    if (run === undefined) return;
    const { room, epoch } = this.#timeline.index;
    const cursor = formatCursor({ epoch, seq: run.seq });
    const { transport } = this.#deps.seat;
    await this.#written(
      transport.control({ type: "skipped", room, count: run.count, cursor, reason: "limit" }),
    );
  }

  async #tellMerged({ count, entry }: ReplayItem): Promise<void> {
    const { room } = this.#timeline.index;
    const { transport } = this.#deps.seat;
    await this.#written(transport.control({ type: "merged", room, count, cursor: entry.cursor }));
  }

  async #written(hadRoom: boolean): Promise<void> {
    this.#writtenMs = this.#deps.now();
    if (!hadRoom) await this.#deps.seat.transport.drained();
  }

  /** Waits, but not beyond a heartbeat's time, and no longer than until somebody stirs. */
  async #wait(wantedMs: number): Promise<void> {
    const { now, seat } = this.#deps;
    const beatMs = this.#options.heartbeatMs / 2 - (now() - this.#writtenMs);
    if (beatMs <= 0) {
      seat.transport.heartbeat();
      this.#writtenMs = now();
      return;
    }
    const timer = setTimeout(() => this.stir(), Math.max(0, Math.min(wantedMs, beatMs, waitMsMax)));
    await this.#wake.promise;
    clearTimeout(timer);
    this.#wake = Promise.withResolvers();
  }
}
