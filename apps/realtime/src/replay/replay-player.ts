import { withoutMessage } from "@barrage/domain";
import type { Logger } from "@barrage/platform";
import {
  AppError,
  type CloseReason,
  formatCursor,
  type ReplayClientFrame,
  type ReplaySpeed,
} from "@barrage/protocol";
import { findPlace, ItemSource, type ReplayPlace } from "./item-source.ts";
import type { SettingsOf } from "./replay-chooser.ts";
import { ReplayClock } from "./replay-clock.ts";
import type { ReplayStart } from "./replay-request.ts";
import type { ReplaySeat } from "./replay-seat.ts";
import type { SessionTimeline } from "./session-timeline.ts";
import type { Piece, SkippedRun, Stretch } from "./stretch.ts";

export interface PlayerOptions {
  readonly start: ReplayStart;
  readonly speed: ReplaySpeed;
  readonly untilMs: number | undefined;
  /** Undefined: everything is shown. */
  readonly settingsOf: SettingsOf | undefined;
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
/** At full speed a page may be due as soon as it is there: so long at most nobody else gets a turn. */
const turnMsMax = 5;
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
  #stretch: Stretch | undefined;
  #nextItem = 0;
  #sentSeq = 0;
  #seek: { readonly start: ReplayStart; readonly tag: number } | undefined;
  #tag = 0;
  #isToTell = true;
  #wake = Promise.withResolvers<void>();
  #writtenMs: number;
  #refreshedMs: number;
  #isRefreshing = false;
  #turnMs: number;
  /** The moment of the session at which nothing could be read any more. */
  #stalledAtMs: number | undefined;

  constructor(timeline: SessionTimeline, { deps, options }: { deps: PlayerDeps; options: PlayerOptions }) {
    this.#deps = deps;
    this.#options = options;
    this.#timeline = timeline;
    this.#seek = { start: options.start, tag: 0 };
    this.#clock = new ReplayClock(deps.now, { logMs: timeline.index.startedAtMs, speed: options.speed });
    this.#writtenMs = deps.now();
    this.#refreshedMs = deps.now();
    this.#turnMs = deps.now();
  }

  /** Does what the viewer asks for, as soon as the loop comes round. */
  command(frame: ReplayClientFrame): void {
    if (frame.type === "pong") return;
    if (frame.type === "seek") {
      this.#seek = { start: { kind: "offset", offsetMs: frame.offsetMs }, tag: frame.tag ?? 0 };
    }
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
        this.#stalledAtMs = undefined;
        if (outcome === "live") return;
        if (outcome === "ended") return seat.end("replay_ended", null);
      } catch (error) {
        failures += 1;
        if (!(error instanceof AppError) || failures > triesMax) {
          logger.error({ error, session: this.#timeline.index.session }, "a replay failed");
          return seat.end("internal", retryMs * triesMax);
        }
        await this.#stall();
      }
    }
  }

  /** The log or the store is away: the viewer is told, keeps its place, and goes on when they are back. */
  async #stall(): Promise<void> {
    const { seat } = this.#deps;
    if (this.#stalledAtMs === undefined) {
      this.#stalledAtMs = this.#clock.logMs;
      const { room } = this.#timeline.index;
      await this.#written(seat.transport.control({ type: "stalled", room, retryAfterMs: retryMs }));
    }
    await this.#wait(retryMs);
    // The time that it took is not to be made up for: what would have come is still to come.
    this.#clock.moveTo(this.#stalledAtMs);
    this.#isToTell = true;
  }

  async #step(): Promise<Outcome | undefined> {
    const fault = this.#deps.whyNot();
    if (fault !== undefined) {
      this.#deps.seat.end(fault.reason, fault.retryAfterMs);
      return undefined;
    }
    this.#refresh();
    if (this.#seek !== undefined) await this.#moveTo(this.#seek);
    if (this.#isToTell) await this.#tell();
    const stretch = this.#stretch;
    if (stretch === undefined || this.#nextItem >= stretch.length) return await this.#fill();
    const logMs = stretch.logMsAt(this.#nextItem);
    if (this.#isBeyondEnd(logMs)) {
      await this.#wait(this.#clock.waitMs(this.#untilLogMs));
      return this.#clock.waitMs(this.#untilLogMs) <= 0 ? "ended" : undefined;
    }
    const waitMs = this.#clock.waitMs(logMs);
    if (waitMs > 0) await this.#wait(waitMs);
    else await this.#sendDue(stretch);
    return undefined;
  }

  get #untilLogMs(): number {
    const { untilMs } = this.#options;
    return untilMs === undefined ? Number.POSITIVE_INFINITY : this.#timeline.index.startedAtMs + untilMs;
  }

  #isBeyondEnd(logMs: number): boolean {
    return logMs >= this.#untilLogMs;
  }

  /** Asks for a newer index, and goes on with what is known: the store may take its time, or be away. */
  #refresh(): void {
    if (this.#isRefreshing || this.#deps.now() - this.#refreshedMs < refreshMs) return;
    this.#isRefreshing = true;
    void this.#readTimeline().finally(() => {
      this.#isRefreshing = false;
      this.#refreshedMs = this.#deps.now();
    });
  }

  async #readTimeline(): Promise<void> {
    try {
      this.#timeline = await this.#deps.timeline();
    } catch (error) {
      // A session that is gone is gone for its viewers, too.
      if (error instanceof AppError && error.code === "session_not_found") {
        this.#deps.seat.end("room_deleted", null);
      }
    }
  }

  async #moveTo(seek: { readonly start: ReplayStart; readonly tag: number }): Promise<void> {
    const { start, tag } = seek;
    const { startedAtMs, epoch } = this.#timeline.index;
    const isHere = start.kind === "cursor" && start.cursor.epoch === epoch;
    const wanted =
      start.kind === "offset"
        ? { logMs: startedAtMs + start.offsetMs }
        : { afterSeq: isHere ? start.cursor.seq : 0 };
    await this.#goTo(await findPlace(this.#timeline, wanted));
    // A newer wish may have come meanwhile.
    if (this.#seek === seek) this.#seek = undefined;
    this.#tag = tag;
    this.#isToTell = true;
  }

  async #goTo(place: ReplayPlace): Promise<void> {
    this.#source = await ItemSource.open(this.#timeline, place, this.#options.settingsOf);
    this.#stretch = undefined;
    this.#nextItem = 0;
    this.#sentSeq = place.afterSeq;
    this.#clock.moveTo(Math.max(place.logMs, this.#timeline.index.startedAtMs));
  }

  async #tell(): Promise<void> {
    this.#isToTell = false;
    const { room, session, startedAtMs, endedAtMs, epoch } = this.#timeline.index;
    const found = await findPlace(this.#timeline, { afterSeq: this.#sentSeq });
    const pinnedId = found.state.pinned?.id;
    const isHidden = pinnedId !== undefined && this.#timeline.isDeleted(pinnedId);
    const state = isHidden ? withoutMessage(found.state, pinnedId) : found.state;
    const cursor = formatCursor({ epoch, seq: this.#sentSeq });
    const { speed, isPaused, logMs } = this.#clock;
    const offsetMs = Math.max(0, Math.round(logMs - startedAtMs));
    const { heartbeatMs } = this.#options;
    const place = { room, session, cursor, startedAtMs, endedAtMs, offsetMs };
    const { transport } = this.#deps.seat;
    await this.#written(
      transport.control({ type: "replay", ...place, speed, isPaused, tag: this.#tag, state, heartbeatMs }),
    );
  }

  /** Reads on. At the end of everything: ends, goes live, or waits for more. */
  async #fill(): Promise<Outcome | undefined> {
    const source = this.#source;
    if (source === undefined) return undefined;
    const isFullSpeed = this.#clock.speed === "max";
    if (isFullSpeed) await this.#giveTurn();
    // Only once it is there: what was written must not be written again after a failure.
    this.#stretch = await source.next();
    this.#nextItem = 0;
    if (this.#stretch === undefined) return await this.#atHead(source);
    source.prefetch(isFullSpeed);
    return undefined;
  }

  /** What is there already is written without any wait: others must have their turn all the same. */
  async #giveTurn(): Promise<void> {
    if (this.#deps.now() - this.#turnMs < turnMsMax) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#turnMs = this.#deps.now();
  }

  async #atHead(source: ItemSource): Promise<Outcome | undefined> {
    const { index } = this.#timeline;
    const { endSeq } = index;
    const isOver = endSeq !== null && (source.readSeq >= endSeq || index.archivedSeq >= endSeq);
    const isNear = this.#clock.logMs >= this.#deps.wallClock() - liveSlackMs;
    const isCaughtUp = isNear || this.#clock.speed === "max";
    if (isOver || (isCaughtUp && !this.#clock.isPaused)) {
      this.#stretch = source.flush();
      if (this.#stretch.length > 0) return undefined;
      await this.#tellSkipped(source.takeUntold());
      if (isOver) return "ended";
      if (this.#options.untilMs === undefined && (await this.#deps.goLive(source.readSeq))) return "live";
    }
    // Its own index may be the reason: an ended session is known as such a moment later.
    if (this.#clock.waitMs(this.#untilLogMs) <= 0) return "ended";
    await this.#wait(moreEveryMs);
    return undefined;
  }

  async #sendDue(stretch: Stretch): Promise<void> {
    const from = this.#nextItem;
    const to = this.#dueEnd(stretch);
    if (to === from) return;
    const isHidden = this.#timeline.hidesSome
      ? (messageId: string | undefined) => this.#timeline.isDeleted(messageId)
      : undefined;
    for (const piece of stretch.pieces({ from, to }, isHidden)) await this.#write(piece);
    this.#nextItem = to;
    this.#sentSeq = stretch.seqAt(to - 1);
    if (this.#clock.speed === "max") this.#clock.moveTo(stretch.logMsAt(to - 1));
  }

  /** The first one that is not due, or the last that may be written at once. */
  #dueEnd(stretch: Stretch): number {
    const most = Math.min(stretch.length, this.#nextItem + batchEntries);
    if (this.#clock.speed === "max" && !this.#clock.isPaused && this.#options.untilMs === undefined)
      return most;
    for (let index = this.#nextItem; index < most; index++) {
      const logMs = stretch.logMsAt(index);
      if (this.#clock.waitMs(logMs) > 0 || this.#isBeyondEnd(logMs)) return index;
    }
    return most;
  }

  async #write(piece: Piece): Promise<void> {
    const { transport } = this.#deps.seat;
    const { room } = this.#timeline.index;
    if (piece.kind === "events") return await this.#written(transport.send(piece.batch));
    if (piece.kind === "skipped") return await this.#tellSkipped(piece.run);
    const { count, entry } = piece;
    await this.#written(transport.control({ type: "merged", room, count, cursor: entry.cursor }));
  }

  async #tellSkipped(run: SkippedRun | undefined): Promise<void> {
    if (run === undefined) return;
    const { room, epoch } = this.#timeline.index;
    const cursor = formatCursor({ epoch, seq: run.seq });
    const { transport } = this.#deps.seat;
    await this.#written(
      transport.control({ type: "skipped", room, count: run.count, cursor, reason: "limit" }),
    );
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
