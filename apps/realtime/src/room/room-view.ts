import type { LimiterSettingsAt } from "@barrage/domain";
import { limiterMemoryMs } from "@barrage/domain";
import type { Priority, ResetReason } from "@barrage/protocol";
import type { Batch } from "../events/batch.ts";
import { EventRing } from "../events/event-ring.ts";
import { type PreparedEntry, preparedAgain, type RoomEntry } from "../events/room-entry.ts";
import type { PageReader } from "../session/page-reader.ts";
import { Chooser } from "../view/chooser.ts";
import type { ViewName } from "../view/view-name.ts";
import { WarmChooser } from "../view/warm-chooser.ts";
import { Audience } from "./audience.ts";
import type { RoomDeps, RoomOptions } from "./room.ts";
import { writeBatch } from "./write-batch.ts";

/** What a limited view has shown and left out since it was opened, and what it may show now. */
export interface LimiterGauge {
  readonly view: ViewName;
  readonly budgetPerSecond: number;
  /** Danmaku shown. */
  readonly shown: number;
  /** Events that viewers were told of as skipped. */
  readonly skipped: number;
}

/** What a view needs of its room. */
export interface ViewSource {
  readonly room: string;
  readonly name: ViewName;
  readonly options: RoomOptions;
  readonly deps: RoomDeps;
  /** The room's newest events, all of them. */
  readonly log: EventRing;
  readonly epoch: () => string;
  readonly cursorOf: (seq: number) => string;
  /** Undefined: everything is shown. */
  readonly settings: LimiterSettingsAt | undefined;
  /** Whether the room's log begins with what `log` holds. */
  readonly holdsBeginning: () => boolean;
}

/** So much of the room's newest is chosen from anew when a view opens. */
const historyEntries = 1_000;
const historyMs = 6_000;
const decidedMsMax = 2_000;
const decidedCheckMs = 20;

/**
 * What viewers of one class see of a room, and those viewers: a ring of what is shown, encoded once for all of them.
 * Opened by the first of them, and then kept: its limiter starts far enough back to choose as every other node does.
 */
export class RoomView {
  readonly name: ViewName;
  readonly ring: EventRing;
  readonly audience: Audience;
  readonly #source: ViewSource;
  #settings: LimiterSettingsAt | undefined;
  #chooser: WarmChooser | undefined;
  #quietMs = 0;
  #lateCount = 0;
  #lastWriteMs: number;
  #shown = 0;
  #skipped = 0;

  constructor(source: ViewSource) {
    const { deps, options, name, log, settings } = source;
    const { logger, metrics, timers } = deps;
    this.name = name;
    this.#source = source;
    this.#settings = settings;
    this.#lastWriteMs = timers.now();
    const head = { floorSeq: log.headSeq, headSeq: log.headSeq };
    const showsAll = settings === undefined && name !== "status";
    this.ring = showsAll ? log : new EventRing(options.ring, head);
    if (name === "status") this.#readStatus();
    else this.#warmUp();
    const catchUp = {
      room: source.room,
      ring: this.ring,
      pages: this.#createPages(),
      limits: options.limits,
      resumeEventsMax: options.resumeEventsMax,
      timers,
      cursorOf: source.cursorOf,
      onSkipped: (count: number, priority: Priority) => metrics.skipped(count, priority),
      onResumed: (events: number) => metrics.resumed(events),
      onReset: (reason: ResetReason) => metrics.reset(reason),
    };
    const createChannels = (lane: number) => deps.createChannels(`${name}.${lane}`);
    const { load } = deps;
    const lanes = { laneViewers: options.laneViewers, tickMsMax: options.tickMsMax };
    this.audience = new Audience({
      room: source.room,
      createChannels,
      write: (batch, write) => this.#write(batch, write),
      load,
      timers,
      lanes,
      metrics,
      logger,
      catchUp,
    });
  }

  /** Undefined for the views from which nothing is chosen. */
  get limiter(): LimiterGauge | undefined {
    const settings = this.#settings?.(this.#source.deps.wallClock());
    if (settings === undefined) return undefined;
    const { budgetPerSecond } = settings;
    return { view: this.name, budgetPerSecond, shown: this.#shown, skipped: this.#skipped };
  }

  /** Takes the room's next events, and writes what is shown of them. The room's log holds them already. */
  write(prepared: readonly PreparedEntry[]): void {
    this.#quietMs = 0;
    if (this.name === "status") return this.#writeStatus(prepared);
    const chooser = this.#chooser;
    if (chooser === undefined) return this.#broadcast(prepared.map(({ entry }) => entry));
    this.#show(prepared.flatMap((one) => chooser.push(one)));
    const late = chooser.lateCount - this.#lateCount;
    this.#lateCount = chooser.lateCount;
    if (late > 0) this.#source.deps.metrics.late(late);
  }

  /** The room has nothing more up to `seq`. */
  verified(seq: number): void {
    if (this.#chooser === undefined || this.#chooser.flushAfterMs === undefined) this.ring.advanceHead(seq);
  }

  /** Another `periodMs` has passed: in a room that has fallen silent, what waits is decided. */
  tick(periodMs: number): void {
    const waitMs = this.#chooser?.flushAfterMs;
    if (waitMs === undefined) return;
    // Counted in ticks, not by the clock: between two of them the network was read, however long they took.
    this.#quietMs += periodMs;
    if (this.#quietMs >= waitMs) this.#show(this.#chooser?.flush() ?? []);
  }

  /** Waits until the choice is made up to `seq`: a viewer that comes from another node may be a window ahead. */
  async decided(seq: number): Promise<void> {
    const { timers } = this.#source.deps;
    const untilMs = timers.now() + decidedMsMax;
    while (this.#chooser?.flushAfterMs !== undefined && this.ring.headSeq < seq && timers.now() < untilMs)
      await timers.sleep(decidedCheckMs);
  }

  configure(settings: LimiterSettingsAt | undefined): void {
    this.#settings = settings;
    if (settings !== undefined) this.#chooser?.configure(settings);
  }

  /** The room has begun anew: so does the choice. */
  restart(): void {
    if (this.name === "status") this.#readStatus();
    else if (this.#settings !== undefined) this.#warmUp();
  }

  /** Whether nothing was written for so long. */
  isQuietFor(durationMs: number): boolean {
    return this.#source.deps.timers.now() - this.#lastWriteMs >= durationMs;
  }

  #show(entries: readonly RoomEntry[]): void {
    for (const entry of entries) {
      this.ring.push(entry);
      if (entry.told?.type === "skipped") this.#skipped += entry.told.count;
      else if (entry.priority === 3) this.#shown += 1;
    }
    this.#broadcast(entries);
    this.ring.advanceHead(this.#chooser?.toldSeq ?? 0);
  }

  #broadcast(entries: readonly RoomEntry[]): void {
    if (this.audience.size === 0 || entries.length === 0) return;
    const { metrics, timers } = this.#source.deps;
    this.#lastWriteMs = timers.now();
    metrics.flushed(entries.filter(({ json }) => json !== undefined).length);
    this.audience.broadcast(entries);
  }

  /** Writes a batch to some or all of the viewers, by whatever writes: traced, and timed. */
  #write(batch: Batch, write: () => void): void {
    const { room, deps } = this.#source;
    writeBatch(batch, { room, view: this.name, viewers: this.audience.size }, write);
    const oldest = batch.entries.find(({ atMs }) => atMs > 0);
    if (oldest !== undefined) deps.metrics.written(deps.wallClock() - oldest.atMs);
  }

  #writeStatus(prepared: readonly PreparedEntry[]): void {
    const entries = prepared.filter(isStatus).map(({ entry }) => entry);
    for (const entry of entries) this.ring.push(entry);
    this.#broadcast(entries);
    this.ring.advanceHead(prepared.at(-1)?.entry.seq ?? 0);
  }

  /** Takes what the room holds of how it stands, so that a reader who comes back soon misses nothing. */
  #readStatus(): void {
    const { log } = this.#source;
    this.ring.restart({ floorSeq: log.floorSeq, headSeq: log.floorSeq });
    for (const entry of log.readAfter(log.floorSeq, Number.POSITIVE_INFINITY))
      if (isStatus(preparedAgain(entry))) this.ring.push(entry);
    this.ring.advanceHead(log.headSeq);
  }

  /** Chooses from what the room holds, so that the ring has a past and the limiter its memory. */
  #warmUp(): void {
    const { log, holdsBeginning } = this.#source;
    if (this.#settings === undefined) return;
    const all = log.readAfter(log.floorSeq, Number.POSITIVE_INFINITY);
    const sinceMs = (all.at(-1)?.atMs ?? 0) - historyMs;
    const recent = all.findIndex(({ atMs }) => atMs >= sinceMs);
    const start = Math.min(Math.max(0, recent), Math.max(0, all.length - historyEntries));
    const floorSeq = all[start - 1]?.seq ?? log.floorSeq;
    const fromBeginning = start === 0 && (all.length === 0 || holdsBeginning());
    const chooser = this.#createChooser(this.#settings, { fromBeginning, floorSeq });
    this.#chooser = chooser;
    this.#lateCount = 0;
    // How many watch decides how long the windows are; the newest count may be older than all that is read.
    const counted = all.slice(0, start).findLast(({ priority }) => priority === 4);
    if (counted !== undefined) chooser.prime(preparedAgain(counted));
    const shown = all.slice(start).flatMap((entry) => chooser.push(preparedAgain(entry)));
    chooser.settle();
    const { floorSeq: warmSeq } = chooser;
    this.ring.restart({ floorSeq: warmSeq, headSeq: warmSeq });
    for (const entry of shown) this.ring.push(entry);
    this.ring.advanceHead(chooser.flushAfterMs === undefined ? log.headSeq : chooser.toldSeq);
  }

  #createChooser(
    settings: LimiterSettingsAt,
    from: { readonly fromBeginning: boolean; readonly floorSeq: number },
  ): WarmChooser {
    const { room, epoch } = this.#source;
    const chooser = new Chooser({ room, epoch: epoch(), settings });
    return new WarmChooser(chooser, { ...from, memoryMs: limiterMemoryMs(settings(0)) });
  }

  #createPages(): PageReader {
    const { room, epoch, deps } = this.#source;
    const settings = this.#settings;
    // Whoever comes back from further asks how the room stands: that is less than what happened since.
    if (this.name === "status") return { readAfter: async () => ({ entries: [], isTrimmed: true }) };
    if (settings === undefined) return deps.createPages({ room, epoch });
    return deps.createShownPages({
      room,
      epoch,
      memoryMs: limiterMemoryMs(settings(0)),
      createChooser: (from) => this.#createChooser(this.#settings ?? settings, from),
    });
  }
}

/** Whether an entry tells how the room stands: that it began or ended, what it is called, how many watch. */
function isStatus({ entry, roomChange }: PreparedEntry): boolean {
  return entry.priority === 4 || (roomChange?.type.startsWith("room.") ?? false);
}
