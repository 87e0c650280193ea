import type {
  FeedReason,
  ReplayPhase,
  ReplayPlaceItem,
  RoomReplay,
  RoomReplayOptions,
} from "@barrage/client";
import type { MessageLine } from "../room/chat-line.ts";
import type { RoomStore } from "../room/room-store.ts";
import { nextPace, type Pace } from "./follow-pace.ts";
import { changeClock, type PlayClock, positionAt, stillClock } from "./play-clock.ts";
import type { Player, PlayerState } from "./player.ts";
import { clampMoment } from "./timeline-math.ts";

type FeedRequest = Pick<
  RoomReplayOptions,
  "from" | "speed" | "onEvent" | "onPlace" | "onSkipped" | "onMerged" | "onPhase"
>;

export interface ReplayDriverDeps {
  /** Opens the session's feed; it connects by itself. */
  readonly openFeed: (request: FeedRequest) => RoomReplay;
  /** The chat and all that is derived from the feed; the driver alone feeds it. */
  readonly store: RoomStore;
  /** The last lines before a moment. */
  readonly recall: (beforeMs: number, signal: AbortSignal) => Promise<readonly MessageLine[]>;
  /** How long the session is, or has been so far. */
  readonly durationMs: () => number;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/** Further behind its own clock than this, a feed that was connected anew is led to where its viewer is. */
const backlogMs = 2_000;
/** No feed runs faster. */
const fastest = 16;

/**
 * Plays a session's feed into a room store. It is the clock of a replay without a picture, and follows the picture's
 * where there is one. Whoever makes it closes it.
 */
export class ReplayDriver implements Player {
  readonly #deps: ReplayDriverDeps;
  readonly #listeners = new Set<() => void>();
  #clock: PlayClock;
  #feed: RoomReplay | undefined;
  #stopRecall = new AbortController();
  /** The next place is the answer to a jump, or the first. */
  #isPlaceAwaited = true;
  #pace: Pace = "steady";
  #state: PlayerState = {
    isPlaying: true,
    isWaiting: true,
    isLive: false,
    isEnded: false,
    speed: 1,
    moves: 0,
    trouble: null,
    isRecallLost: false,
  };

  constructor(deps: ReplayDriverDeps) {
    this.#deps = deps;
    this.#clock = stillClock(0);
  }

  readonly get = (): PlayerState => this.#state;

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  };

  readonly positionMs = (): number => {
    const { durationMs, now } = this.#deps;
    return clampMoment(positionAt(this.#clock, now()), durationMs());
  };

  /** Begins at a moment, playing or standing. Once. */
  open(fromMs: number, isPlaying: boolean): void {
    this.#become({ isPlaying });
    this.#open(clampMoment(fromMs, this.#deps.durationMs()));
  }

  readonly play = (): void => {
    const { isEnded, trouble } = this.#state;
    this.#become({ isPlaying: true });
    if (isEnded) return this.#open(0);
    if (this.#feed === undefined || trouble?.isFinal === true) return this.#open(this.positionMs());
    this.#feed.play();
    if (!this.#state.isWaiting) this.#change({ isRunning: true });
    this.#pace = "steady";
  };

  readonly pause = (): void => {
    this.#become({ isPlaying: false });
    this.#change({ isRunning: false });
    if (!this.#state.isLive) return this.#feed?.pause();
    // What is live can't stand still: from here on it is a replay again.
    this.#drop();
    this.#become({ isLive: false });
  };

  readonly seek = (wantedMs: number): void => {
    const offsetMs = clampMoment(wantedMs, this.#deps.durationMs());
    const { isLive, isEnded, trouble } = this.#state;
    if (this.#feed === undefined || isLive || isEnded || trouble !== null) return this.#open(offsetMs);
    this.#feed.seek(offsetMs);
    this.#move(offsetMs);
  };

  readonly setSpeed = (speed: number): void => {
    this.#become({ speed });
    this.#feed?.setSpeed(this.#feedSpeed);
    this.#change({ speed: this.#feedSpeed });
  };

  /** Keeps to a picture that is at a moment now: waits for it, hurries after it, or goes where it has gone. */
  follow(pictureMs: number): void {
    const { isWaiting, isEnded, isLive } = this.#state;
    if (isWaiting || isEnded || isLive) return;
    const pace = nextPace(this.#pace, this.positionMs() - pictureMs);
    if (pace === "jump") return this.seek(pictureMs);
    if (pace === this.#pace) return;
    const before = { speed: this.#feedSpeed, isRunning: this.#isRunning };
    this.#pace = pace;
    if (before.speed !== this.#feedSpeed) this.#feed?.setSpeed(this.#feedSpeed);
    if (before.isRunning && !this.#isRunning) this.#feed?.pause();
    if (!before.isRunning && this.#isRunning) this.#feed?.play();
    this.#change({ speed: this.#feedSpeed, isRunning: this.#isRunning });
  }

  close(): void {
    this.#stopRecall.abort();
    this.#drop();
    this.#change({ isRunning: false });
  }

  get #feedSpeed(): number {
    const { speed } = this.#state;
    return this.#pace === "hurry" ? Math.min(fastest, speed * 2) : speed;
  }

  get #isRunning(): boolean {
    return this.#state.isPlaying && this.#pace !== "hold";
  }

  #drop(): void {
    const feed = this.#feed;
    // First, so that its last word is nobody's.
    this.#feed = undefined;
    feed?.close();
  }

  #open(fromMs: number): void {
    this.#drop();
    this.#move(fromMs);
    const { store, openFeed } = this.#deps;
    let feed: RoomReplay | undefined;
    // A feed that was replaced may still have something to say.
    const ifCurrent =
      <Item>(take: (item: Item) => void) =>
      (item: Item) => {
        if (feed === this.#feed) take(item);
      };
    store.push({ kind: "state", phase: "live" });
    feed = openFeed({
      from: fromMs,
      speed: this.#state.speed,
      onEvent: ifCurrent(store.push),
      onPlace: ifCurrent((place) => this.#onPlace(place)),
      onSkipped: ifCurrent((count) =>
        store.push({ kind: "skipped", by: "server", reason: "limit", count, cursor: "" }),
      ),
      onMerged: ifCurrent(({ count, cursor }) => store.push({ kind: "merged", count, cursor })),
      onPhase: (phase, reason) => {
        if (feed === this.#feed) this.#onPhase(phase, reason);
      },
    });
    this.#feed = feed;
    if (!this.#state.isPlaying) feed.pause();
  }

  /** Leaves the moment before behind: the chat begins anew with what was said before this one. */
  #move(offsetMs: number): void {
    const { store, now } = this.#deps;
    this.#isPlaceAwaited = true;
    this.#pace = "steady";
    this.#clock = changeClock(this.#clock, now(), { offsetMs, isRunning: false });
    store.dispatch({ type: "moved" });
    this.#become({
      isWaiting: true,
      isLive: false,
      isEnded: false,
      trouble: null,
      isRecallLost: false,
      moves: this.#state.moves + 1,
    });
    this.#stopRecall.abort();
    this.#stopRecall = new AbortController();
    void this.#recall(offsetMs, this.#stopRecall.signal);
  }

  async #recall(beforeMs: number, signal: AbortSignal): Promise<void> {
    const { recall, store } = this.#deps;
    try {
      const lines = await recall(beforeMs, signal);
      if (!signal.aborted) store.dispatch({ type: "recalled", lines });
    } catch {
      if (!signal.aborted) this.#become({ isRecallLost: true });
    }
  }

  #onPlace(place: ReplayPlaceItem): void {
    if (this.#isPlaceAwaited) this.#deps.store.dispatch({ type: "placed", moment: place.state });
    else if (this.#state.trouble !== null && this.positionMs() - place.offsetMs > backlogMs) {
      // Connected anew, a feed goes on behind its last event, and in a quiet room that was long ago.
      this.#feed?.seek(this.positionMs());
      this.#become({ trouble: null });
      return;
    }
    this.#isPlaceAwaited = false;
    // What was asked for while there was no connection is asked for again.
    const [speed, isRunning] = [this.#feedSpeed, this.#isRunning];
    if (place.speed !== speed) this.#feed?.setSpeed(speed);
    if (place.isPaused && isRunning) this.#feed?.play();
    if (!place.isPaused && !isRunning) this.#feed?.pause();
    this.#change({ offsetMs: place.offsetMs, speed, isRunning });
    this.#become({ isWaiting: false, trouble: null });
  }

  #onPhase(phase: ReplayPhase, reason: FeedReason | undefined): void {
    switch (phase) {
      case "connecting":
        this.#change({ isRunning: false });
        return this.#become({ isWaiting: true, trouble: { reason: reason ?? null, isFinal: false } });
      case "replaying":
        return;
      case "live":
        this.#pace = "steady";
        this.#change({ offsetMs: this.#deps.durationMs(), speed: 1, isRunning: true });
        return this.#become({ isLive: true, isWaiting: false, speed: 1, trouble: null });
      case "ended":
        this.#change({ offsetMs: this.#deps.durationMs(), isRunning: false });
        return this.#become({
          isEnded: true,
          isPlaying: false,
          isWaiting: false,
          isLive: false,
          trouble: null,
        });
      case "closed":
        this.#change({ isRunning: false });
        return this.#become({ isWaiting: false, trouble: { reason: reason ?? null, isFinal: true } });
    }
  }

  #change(change: Partial<Omit<PlayClock, "atMs">>): void {
    this.#clock = changeClock(this.#clock, this.#deps.now(), change);
  }

  #become(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
