import type { FollowHandlers, LogBounds, LogEntry, LogPage, ReadRange, Subscribed } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import type { FeedLog } from "../feed/feed-start.ts";

interface Stored {
  readonly room: string;
  readonly seq: number;
  readonly json: Uint8Array;
}

interface Wired {
  readonly room: string;
  readonly entry: LogEntry;
}

/**
 * A room log whose network belongs to the test: what is published waits on the wire until the test delivers, drops,
 * repeats or swaps it, and questions wait until the test answers them or lets them fail.
 */
export class FakeLog implements FeedLog {
  #epoch = 1;
  #stored: Stored[] = [];
  #seq = 0;
  #firstSeq = 1;
  readonly #followers = new Map<string, Set<FollowHandlers>>();
  #wire: Wired[] = [];
  #questions: { answer: () => void; fail: () => void }[] = [];
  /** Pages hold at most so many entries, whatever is asked for. */
  pageMax = 1_000;

  readonly epoch = (): string => `e${this.#epoch}`;

  get wireLength(): number {
    return this.#wire.length;
  }

  get questionCount(): number {
    return this.#questions.length;
  }

  /** Everything stored of a room, in order. */
  stored(room: string): readonly { readonly seq: number; readonly json: Uint8Array }[] {
    return this.#stored.filter((stored) => stored.room === room);
  }

  publish(room: string, json: Uint8Array): number {
    const previousSeq = this.#lastSeqOf(room);
    const seq = ++this.#seq;
    this.#stored.push({ room, seq, json });
    this.#wire.push({ room, entry: { seq, previousSeq, json } });
    return seq;
  }

  /** Delivers the oldest message on the wire. */
  deliver(): void {
    const wired = this.#wire.shift();
    if (wired === undefined) return;
    for (const handlers of this.#followers.get(wired.room) ?? []) handlers.onEntry(wired.entry);
  }

  drop(): void {
    this.#wire.shift();
  }

  repeat(): void {
    const [oldest] = this.#wire;
    if (oldest !== undefined) this.#wire.unshift(oldest);
  }

  swap(): void {
    const [first, second, ...rest] = this.#wire;
    if (first !== undefined && second !== undefined) this.#wire = [second, first, ...rest];
  }

  /** The connection breaks and comes back: what was on the wire is lost. */
  interrupt(): void {
    this.#wire = [];
    for (const all of this.#followers.values()) for (const handlers of all) handlers.onInterrupted();
  }

  /** The stream is created anew, empty, with sequences from 1 on. */
  recreate(): void {
    this.#epoch += 1;
    this.#stored = [];
    this.#seq = 0;
    this.#firstSeq = 1;
    this.interrupt();
  }

  /** Retention removes everything below `seq`. */
  trim(seq: number): void {
    this.#firstSeq = Math.max(this.#firstSeq, Math.min(seq, this.#seq + 1));
    this.#stored = this.#stored.filter((stored) => stored.seq >= this.#firstSeq);
  }

  /** Answers the oldest question, with what is true now. */
  answer(): void {
    this.#questions.shift()?.answer();
  }

  /** Lets the oldest question fail, as an outage does. */
  fail(): void {
    this.#questions.shift()?.fail();
  }

  async follow(room: string, handlers: FollowHandlers): Promise<Subscribed> {
    return await this.#ask(() => {
      const all = this.#followers.get(room) ?? new Set();
      this.#followers.set(room, all.add(handlers));
      return {
        close: async () => {
          all.delete(handlers);
        },
      };
    });
  }

  async readAfter(room: string, { afterSeq, limit }: ReadRange): Promise<LogPage> {
    return await this.#ask(() => {
      const after = this.stored(room).filter(({ seq }) => seq > afterSeq);
      const page = after.slice(0, Math.min(limit, this.pageMax));
      const entries = page.map(({ seq, json }, index) => ({
        seq,
        json,
        previousSeq: page[index - 1]?.seq ?? afterSeq,
      }));
      return { entries, complete: page.length === after.length };
    });
  }

  async lastSeq(room: string): Promise<number> {
    return await this.#ask(() => this.#lastSeqOf(room));
  }

  async bounds(): Promise<LogBounds> {
    return await this.#ask(() => ({ epoch: this.epoch(), firstSeq: this.#firstSeq, lastSeq: this.#seq }));
  }

  #lastSeqOf(room: string): number {
    return this.stored(room).at(-1)?.seq ?? 0;
  }

  #ask<Answer>(look: () => Answer): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#questions.push({
      answer: () => resolve(look()),
      fail: () => reject(new AppError("log_unavailable")),
    });
    return promise;
  }
}
