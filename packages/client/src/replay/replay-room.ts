import {
  AppError,
  type ControlFrame,
  closeCodes,
  isId,
  type ReplayClientFrame,
  type ReplaySpeed,
} from "@barrage/protocol";
import { isFinalRefusal, ticketFailure } from "../connection.ts";
import { backoffMs } from "../feed/backoff.ts";
import type { Failure, FeedReason } from "../feed/feed-item.ts";
import { verdictOf } from "../feed/verdict.ts";
import { harmlessly } from "../notify.ts";
import { systemClock } from "../options.ts";
import { createPlaces, type Place, type Places } from "../places.ts";
import { openReplayConnection, type ReplayConnection } from "./replay-connection.ts";
import type { ReplayPhase, RoomReplayOptions } from "./replay-options.ts";

/** One session of a room, replayed until its end. */
export interface RoomReplay {
  readonly phase: ReplayPhase;
  /** The cursor of the last event; undefined before the first frame. */
  readonly cursor: string | undefined;
  pause(): void;
  play(): void;
  /** Goes to a moment, in milliseconds since the session's start. Nothing older comes any more: next is `onPlace`. */
  seek(offsetMs: number): void;
  setSpeed(speed: ReplaySpeed): void;
  close(): void;
}

const backoffCapMs = 30_000;
/** Nothing for 2.5 heartbeats: the connection is dead. Before the first frame, a fixed time. */
const silentHeartbeats = 2.5;
const helloTimeoutMs = 10_000;

/**
 * Replays a session: each event once, in order, at its moment. Lost connections are made again with full jitter from
 * the last event (with `join`, at the next of the nodes that it names), until the session's end, `close()`, `signal`, or
 * an answer that no retry can change. A session that still runs is caught up with and goes on live. Nothing is thrown
 * after the call itself.
 *
 * @throws AppError `room_not_found` or `session_not_found` for impossible ids; TypeError for a `url` that is none.
 */
export function replayRoom(options: RoomReplayOptions): RoomReplay {
  if (!isId(options.room)) throw new AppError("room_not_found");
  if (!isId(options.session)) throw new AppError("session_not_found");
  const replay = new Replay(options);
  if (options.signal?.aborted === true) replay.close();
  else replay.connect();
  return replay;
}

class Replay implements RoomReplay {
  phase: ReplayPhase = "connecting";
  cursor: string | undefined;
  readonly #options: RoomReplayOptions;
  readonly #places: Places;
  /** Of the last connection, or of the attempt at one. */
  #place: Place | undefined;
  /** The number of the attempt under way: what an older one still waits for comes too late. */
  #attempt = 0;
  #connection: ReplayConnection | undefined;
  #from: number | string;
  #speed: ReplaySpeed;
  #isPaused = false;
  #failures = 0;
  /** Of the last seek on this connection; what comes before its answer is of another place. */
  #tag = 0;
  #isSeeking = false;
  /** A seek that came before there was a connection to tell it to. */
  #isSeekDue = false;
  #heartbeatMs = helloTimeoutMs / silentHeartbeats;
  #cancelTimer = (): void => {};
  readonly #onAbort = (): void => this.close();

  constructor(options: RoomReplayOptions) {
    this.#options = options;
    const { ticket, join, needsTicket = false, clock = systemClock } = options;
    const url = new URL(options.url);
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#places = createPlaces({ url, ticket, join, needsTicket, isFinal: isFinalRefusal, clock });
    this.#from = options.from ?? 0;
    this.#speed = options.speed ?? 1;
  }

  pause(): void {
    this.#isPaused = true;
    this.#send({ type: "pause" });
  }

  play(): void {
    this.#isPaused = false;
    this.#send({ type: "play" });
  }

  seek(offsetMs: number): void {
    this.#from = Math.max(0, Math.round(offsetMs));
    this.cursor = undefined;
    this.#isSeeking = true;
    this.#tellSeek();
  }

  setSpeed(speed: ReplaySpeed): void {
    this.#speed = speed;
    this.#send({ type: "speed", speed });
  }

  close(): void {
    this.#finish("closed", { cause: "caller" });
  }

  connect(): void {
    this.#attempt += 1;
    this.#place = undefined;
    this.#heartbeatMs = helloTimeoutMs / silentHeartbeats;
    this.#watch();
    void this.#open(this.#attempt);
  }

  get #isOver(): boolean {
    return this.phase === "ended" || this.phase === "closed";
  }

  #send(frame: ReplayClientFrame): boolean {
    return this.#connection?.send(frame) ?? false;
  }

  #tellSeek(): void {
    this.#tag += 1;
    this.#isSeekDue = !this.#send({ type: "seek", offsetMs: Number(this.#from), tag: this.#tag });
  }

  async #open(attempt: number): Promise<void> {
    let place: Place;
    try {
      place = await this.#places.next();
    } catch (error) {
      if (attempt === this.#attempt) this.#onFailure(ticketFailure(error));
      return;
    }
    if (this.#isOver || attempt !== this.#attempt) return;
    this.#place = place;
    try {
      this.#openAt(place);
    } catch {
      // A browser throws for what a page may never open, such as ws: from https:.
      this.#onFailure({ cause: "network" });
    }
  }

  #openAt(place: Place): void {
    const { url } = place;
    // The address has the place: a new connection owes no answer to an older seek.
    this.#tag = 0;
    this.#isSeeking = false;
    this.#isSeekDue = false;
    const { fetch = globalThis.fetch, WebSocket = globalThis.WebSocket, clock = systemClock } = this.#options;
    this.#watch();
    this.#connection = openReplayConnection({
      // Only now: what was asked for while the ticket was on its way must be in the address.
      address: this.#address(place),
      freshAddress: async () => this.#address({ url, ticket: await this.#places.ticket() }),
      fetch,
      WebSocket,
      nowMs: clock.nowMs,
      sink: {
        onAlive: () => this.#watch(),
        onFrame: (frame) => this.#onFrame(frame),
        onEvent: (_cursor, item) => {
          if (this.#isSeeking) return;
          this.cursor = item.cursor;
          if (item.kind === "event") harmlessly(() => this.#options.onEvent(item));
        },
        onRetry: () => {},
        onFailure: (failure) => this.#onFailure(failure),
      },
    });
  }

  #address({ url, ticket }: Place): URL {
    const { room, session, untilMs, view, budget } = this.#options;
    const address = new URL(url);
    address.pathname = `${address.pathname.replace(/\/+$/, "")}/rooms/${room}/replay`;
    const query = new URLSearchParams({ session, from: String(this.cursor ?? this.#from) });
    // Who was live before the connection was lost catches up, at whatever speed it had come.
    query.set("speed", String(this.phase === "live" ? "max" : this.#speed));
    if (untilMs !== undefined) query.set("until", String(untilMs));
    if (view !== undefined) query.set("view", view);
    if (budget !== undefined) query.set("budget", budget);
    if (ticket !== undefined) query.set("ticket", ticket);
    address.search = query.toString();
    return address;
  }

  #onFrame(frame: ControlFrame): void {
    if (frame.type === "replay") {
      this.#failures = 0;
      this.#places.worked();
      this.#heartbeatMs = frame.heartbeatMs;
      if (this.#isSeekDue) return this.#tellSeek();
      // A node of an older version tells no tag; there the next place is the answer.
      if (frame.tag !== undefined && frame.tag !== this.#tag) return;
      this.#isSeeking = false;
      this.cursor = frame.cursor;
      if (this.#isPaused && !frame.isPaused) this.#send({ type: "pause" });
      this.#enter("replaying", undefined);
      harmlessly(() => this.#options.onPlace?.(frame));
    } else if (this.#isSeeking) {
      // What is live follows no seek any more: a new connection begins at the place.
      if (frame.type === "live") this.#reconnect();
    } else if (frame.type === "live") this.#enter("live", undefined);
    else if (frame.type === "stalled") harmlessly(() => this.#options.onStalled?.(frame));
    else if (frame.type === "skipped") harmlessly(() => this.#options.onSkipped?.(frame.count));
    else if (frame.type === "merged") harmlessly(() => this.#options.onMerged?.(frame));
  }

  #reconnect(): void {
    this.#connection?.close();
    this.connect();
  }

  /** A connection that says nothing for too long is given up. */
  #watch(): void {
    const { clock = systemClock } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(this.#heartbeatMs * silentHeartbeats, () => {
      this.#connection?.close();
      this.#onFailure({ cause: "silent" });
    });
  }

  #onFailure(failure: Failure): void {
    this.#cancelTimer();
    if (this.#isOver) return;
    this.#attempt += 1;
    if (failure.cause === "closed" && failure.closeCode === closeCodes.replay_ended) {
      // Who turned back just before the end is not at the end.
      return this.#isSeeking ? this.connect() : this.#finish("ended", undefined);
    }
    const { ticket, join } = this.#options;
    const rules = { hasTicket: ticket !== undefined || join !== undefined };
    const verdict = verdictOf(failure, { failures: this.#failures, rules });
    if (verdict.final) return this.#finish("closed", verdict.reason);
    if (this.#place !== undefined) this.#places.failed(this.#place.url);
    this.#comeBack(failure, verdict.retryAfterMs ?? 0);
  }

  #comeBack(failure: Failure, floorMs: number): void {
    const { clock = systemClock, random = Math.random, backoffBaseMs: baseMs = 500 } = this.#options;
    const waitMs = backoffMs({
      failures: this.#failures,
      baseMs,
      capMs: backoffCapMs,
      floorMs,
      random: random(),
    });
    this.#failures += 1;
    if (this.phase !== "live") this.#enter("connecting", failure);
    this.#cancelTimer = clock.after(waitMs, () => this.connect());
  }

  #finish(phase: "ended" | "closed", reason: FeedReason | undefined): void {
    if (this.#isOver) return;
    this.#cancelTimer();
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#connection?.close();
    this.#enter(phase, reason);
  }

  #enter(phase: ReplayPhase, reason: FeedReason | undefined): void {
    if (this.phase === phase && reason === undefined) return;
    this.phase = phase;
    harmlessly(() => this.#options.onPhase?.(phase, reason));
  }
}
