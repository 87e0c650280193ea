import { type Cursor, formatCursor, parseCursor } from "@barrage/protocol";
import type { Sent } from "./fake-transport.ts";

/** What the log really holds, over all its epochs. */
export interface Truth {
  /** How many events of the room the epoch had after `afterSeq` up to and including `seq`. */
  readonly countBetween: (epoch: string, afterSeq: number, seq: number) => number;
}

/**
 * A viewer that holds each frame against the truth: every event once and in order, or told as skipped with the exact
 * count, or a reset. It throws at the first frame that is not so.
 */
export class CheckedViewer {
  readonly #truth: Truth;
  /** Everything up to here was seen or told of. */
  #at: Cursor | undefined;
  #lastEvent: Cursor | undefined;
  #expectReset = false;
  readonly log: string[] = [];
  events = 0;
  skipped = 0;
  resets = 0;
  isLive = false;

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  get at(): Cursor | undefined {
    return this.#at;
  }

  /** Comes back with the last position it knows; one that reads event ids alone has no other. */
  resume(mode: "position" | "last-event"): Cursor | undefined {
    if (mode === "last-event" && this.#lastEvent !== undefined) this.#at = this.#lastEvent;
    this.isLive = false;
    return this.#at;
  }

  receive(sent: Sent): void {
    this.log.push(sent.kind === "event" ? sent.entry.cursor : JSON.stringify(sent.frame));
    if (sent.kind === "event") this.#receiveEvent(parseCursor(sent.entry.cursor));
    else this.#receiveControl(sent.frame);
  }

  #receiveEvent(cursor: Cursor): void {
    this.#noReset();
    this.#expectMissing(cursor, 1);
    this.#at = cursor;
    this.#lastEvent = cursor;
    this.events += 1;
  }

  #receiveControl(frame: Extract<Sent, { kind: "control" }>["frame"]): void {
    if (!("cursor" in frame)) return;
    const cursor = parseCursor(frame.cursor);
    if (frame.type === "hello") {
      // Where it begins is not where we were: a reset has to explain that.
      this.#expectReset = this.#at !== undefined && formatCursor(this.#at) !== frame.cursor;
      this.#at ??= cursor;
    } else if (frame.type === "reset") {
      this.#expectReset = false;
      this.#at = cursor;
      this.#lastEvent = cursor;
      this.resets += 1;
    } else if (frame.type === "skipped") {
      this.#noReset();
      this.#expectMissing(cursor, frame.count);
      this.#at = cursor;
      this.skipped += frame.count;
    } else {
      this.#noReset();
      this.#expectMissing(cursor, 0);
      this.#at = cursor;
      this.isLive = true;
    }
  }

  #noReset(): void {
    if (this.#expectReset) this.#fail("began elsewhere without a reset");
  }

  #expectMissing(cursor: Cursor, count: number): void {
    const at = this.#at;
    if (at === undefined) return this.#fail("got something before hello");
    if (at.epoch !== cursor.epoch) return this.#fail("changed epoch without a reset");
    if (cursor.seq < at.seq + Math.sign(count)) return this.#fail("got something again, or out of order");
    const really = this.#truth.countBetween(cursor.epoch, at.seq, cursor.seq);
    if (really !== count) this.#fail(`was told of ${count} events where there were ${really}`);
  }

  #fail(why: string): never {
    throw new Error(`a viewer ${why}; the end of what it got:\n${this.log.slice(-12).join("\n")}`);
  }
}
