import type { LogEntry, Logger, Subscribed } from "@barrage/platform";
import { AppError, type ResetReason } from "@barrage/protocol";
import type { Timers } from "../timers.ts";
import { type FeedLog, type FeedStart, type Prefill, readFeedStart } from "./feed-start.ts";

export interface FeedHandlers {
  /** The room's next events: in order, each once, none left out. */
  readonly onEntries: (entries: readonly LogEntry[]) => void;
  /** The room had no event up to `seq` beyond those delivered. */
  readonly onVerified: (seq: number) => void;
  /** Events may be lost for good; the feed goes on from `start`. */
  readonly onReset: (reason: ResetReason, start: FeedStart) => void;
}

export interface FeedOptions {
  /** How often a quiet room is compared with the log. */
  readonly tailCheckMs: number;
  /** So much of the newest is read when the feed opens. */
  readonly prefill: Prefill;
  /** Events held back while a gap is repaired; beyond it they are read from the log instead. */
  readonly waitingMax: number;
}

export interface FeedDeps {
  readonly log: FeedLog;
  readonly logger: Logger;
  readonly random: () => number;
  readonly timers: Pick<Timers, "defer" | "sleep">;
  readonly onRepair: () => void;
}

const repairPageEntries = 512;
const retryMsMin = 100;
const retryMsMax = 3_000;

/**
 * One room's events from NATS, made whole: the live subscription is at most once, so holes (seen by `previousSeq`),
 * interruptions, and losses after which nothing came (the tail check) are filled from the stream before anything
 * newer is delivered. What can't be filled is told by `onReset`; a gap is never silent.
 */
export class RoomFeed {
  readonly #roomId: string;
  readonly #deps: FeedDeps;
  readonly #options: FeedOptions;
  readonly #handlers: FeedHandlers;
  readonly #stop = new AbortController();
  #subscribed: Subscribed | undefined;
  #epoch = "";
  /** The newest event delivered. */
  #lastSeq = 0;
  /** The room has no event in the log between `#lastSeq` and this. */
  #verifiedSeq = 0;
  /** Where the stream was once seen to end. */
  #endSeq = 0;
  /** Entries that came during a repair. */
  #waiting: LogEntry[] = [];
  /** Set while the log is read; entries wait. */
  #repairing: Promise<void> | undefined;
  /** Something happened that a running repair may not have seen. */
  #repairAgain = false;
  #quietSinceCheck = true;
  #cancelTailCheck = () => {};

  private constructor(
    roomId: string,
    wiring: { deps: FeedDeps; options: FeedOptions; handlers: FeedHandlers },
  ) {
    this.#roomId = roomId;
    this.#deps = wiring.deps;
    this.#options = wiring.options;
    this.#handlers = wiring.handlers;
  }

  /**
   * Subscribes, then finds out where the room stands: what is stored in between waits and is sorted in. The caller
   * applies `start` first; handlers are called from {@link RoomFeed.begin} on. The caller closes the feed.
   * @throws AppError `log_unavailable`.
   */
  static async open(
    roomId: string,
    wiring: { readonly deps: FeedDeps; readonly options: FeedOptions; readonly handlers: FeedHandlers },
  ): Promise<{ readonly feed: RoomFeed; readonly start: FeedStart }> {
    const feed = new RoomFeed(roomId, wiring);
    const begun = Promise.withResolvers<void>();
    feed.#repairing = begun.promise;
    try {
      feed.#subscribed = await feed.#deps.log.follow(roomId, {
        onEntry: (entry) => feed.#receive(entry),
        onInterrupted: () => feed.#interrupted(),
      });
      const start = await readFeedStart(feed.#deps.log, roomId, wiring.options.prefill);
      feed.#goTo(start);
      return { feed, start };
    } catch (error) {
      await feed.close();
      throw error;
    }
  }

  /** Begins to deliver. */
  begin(): void {
    this.#repairing = undefined;
    const again = this.#repairAgain || !this.#takeWaiting();
    this.#scheduleTailCheck();
    if (again) void this.repair();
  }

  /**
   * Brings the feed up to where the log is now. Resolves when that is done or the feed is closed; tries for as long as
   * NATS is away, so callers with a deadline race it. Afterwards the feed answers for all up to `endSeq`, where the
   * caller saw the stream end.
   */
  repair(endSeq = 0): Promise<void> {
    this.#repairAgain = true;
    this.#endSeq = Math.max(this.#endSeq, endSeq);
    this.#repairing ??= this.#repair().finally(() => {
      this.#repairing = undefined;
    });
    return this.#repairing;
  }

  /** Ends the delivery; no handler is called any more. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#cancelTailCheck();
    this.#waiting = [];
    await this.#subscribed?.close();
  }

  #receive(entry: LogEntry): void {
    this.#quietSinceCheck = false;
    if (this.#repairing !== undefined) {
      this.#hold(entry);
    } else if (!this.#deliver(entry)) {
      this.#hold(entry);
      this.#deps.onRepair();
      void this.repair();
    }
  }

  #interrupted(): void {
    // What waits may belong to a stream that is no more; if not, it is in the log and is read from there.
    this.#waiting = [];
    void this.repair();
  }

  #hold(entry: LogEntry): void {
    // Too many to hold: all are in the log, so they are read from there.
    if (this.#waiting.length >= this.#options.waitingMax) this.#waiting = [];
    this.#waiting.push(entry);
  }

  /** @returns false when something before the entry is missing, or may be. */
  #deliver(entry: LogEntry): boolean {
    if (entry.seq <= this.#lastSeq) return true;
    // The room's first event ever, or all before it were trimmed, and among them perhaps some that we missed.
    if (entry.previousSeq === 0) return false;
    if (entry.previousSeq > this.#verifiedSeq) return false;
    this.#advance([entry]);
    return true;
  }

  #advance(entries: readonly LogEntry[]): void {
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#lastSeq = last.seq;
    this.#verifiedSeq = Math.max(this.#verifiedSeq, last.seq);
    this.#handlers.onEntries(entries);
  }

  async #repair(): Promise<void> {
    let retryMs = retryMsMin;
    while (!this.#stop.signal.aborted) {
      this.#repairAgain = false;
      try {
        const whole = await this.#readToEnd();
        if (this.#stop.signal.aborted) return;
        if (whole && this.#takeWaiting() && !this.#repairAgain) return;
        retryMs = retryMsMin;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        // An outage is logged once by its connection, not by each room; anything else is a fault of ours.
        const level = error instanceof AppError ? "debug" : "error";
        this.#deps.logger[level]({ error, room: this.#roomId }, "a room can't be repaired yet");
        await this.#deps.timers.sleep(retryMs * (0.5 + this.#deps.random()));
        retryMs = Math.min(retryMs * 2, retryMsMax);
        this.#repairAgain = true;
      }
    }
  }

  /** @returns false when there may be more. */
  async #readToEnd(): Promise<boolean> {
    const { log } = this.#deps;
    const { signal } = this.#stop;
    const endSeq = this.#endSeq;
    const page = await log.readAfter(this.#roomId, {
      afterSeq: this.#lastSeq,
      limit: repairPageEntries,
      signal,
    });
    // Asked after the reading: what was trimmed, or replaced, before or during it shows now.
    const bounds = await log.bounds();
    const reason = this.#whyNotContinuous(bounds);
    if (reason !== undefined) {
      await this.#reset(reason);
      return true;
    }
    if (signal.aborted) return true;
    this.#endSeq = bounds.lastSeq;
    this.#advance(page.entries);
    if (page.complete) this.#verify(endSeq);
    return page.complete;
  }

  /** The log was read to its end after its end had been at `seq`: the room has nothing more up to there. */
  #verify(seq: number): void {
    if (seq <= this.#verifiedSeq) return;
    this.#verifiedSeq = seq;
    this.#handlers.onVerified(seq);
  }

  #whyNotContinuous(bounds: { epoch: string; firstSeq: number; lastSeq: number }): ResetReason | undefined {
    if (bounds.epoch !== this.#epoch) return "epoch";
    // The same stream, but shorter: it came back without its newest part, and will give those sequences out again.
    if (bounds.lastSeq < this.#verifiedSeq) return "epoch";
    return bounds.firstSeq > this.#verifiedSeq + 1 ? "trimmed" : undefined;
  }

  async #reset(reason: ResetReason): Promise<void> {
    const start = await readFeedStart(this.#deps.log, this.#roomId, this.#options.prefill);
    if (this.#stop.signal.aborted) return;
    this.#goTo(start);
    this.#handlers.onReset(reason, start);
  }

  #goTo(start: FeedStart): void {
    this.#epoch = start.epoch;
    this.#lastSeq = start.entries.at(-1)?.seq ?? start.floorSeq;
    this.#verifiedSeq = start.headSeq;
    this.#endSeq = start.headSeq;
  }

  /** Delivers what came during a repair. @returns false when something is missing among it. */
  #takeWaiting(): boolean {
    const waiting = this.#waiting;
    this.#waiting = [];
    const missingAt = waiting.findIndex((entry) => !this.#deliver(entry));
    if (missingAt < 0) return true;
    this.#waiting = waiting.slice(missingAt);
    return false;
  }

  #scheduleTailCheck(): void {
    // Jitter: rooms that opened together must not ask together for ever.
    const delayMs = this.#options.tailCheckMs * (0.75 + this.#deps.random() / 2);
    this.#cancelTailCheck = this.#deps.timers.defer(() => void this.#checkTail(), delayMs);
  }

  async #checkTail(): Promise<void> {
    if (this.#quietSinceCheck) await this.repair();
    this.#quietSinceCheck = true;
    if (!this.#stop.signal.aborted) this.#scheduleTailCheck();
  }
}
