import type { Player, PlayerState } from "./player.ts";
import type { ReplayDriver } from "./replay-driver.ts";

/** The part of a `<video>` that the player uses. */
export type VideoLike = EventTarget &
  Pick<
    HTMLVideoElement,
    | "currentTime"
    | "ended"
    | "muted"
    | "pause"
    | "play"
    | "playbackRate"
    | "readyState"
    | "seeking"
    | "volume"
  >;

const followEveryMs = 250;
/** HTMLMediaElement.HAVE_CURRENT_DATA */
const hasCurrentData = 2;

/**
 * A replay with a picture: while one plays it is the clock, and the feed follows it, also through its buffering; before,
 * between and after recordings the feed goes by itself. Whoever attaches a video detaches it.
 */
export class PicturePlayer implements Player {
  readonly #driver: ReplayDriver;
  readonly #listeners = new Set<() => void>();
  #video: VideoLike | undefined;
  #offsetMs = 0;
  #isLoading = false;
  #state: PlayerState;

  constructor(driver: ReplayDriver) {
    this.#driver = driver;
    this.#state = driver.get();
  }

  /** Begins to hear of the feed. @returns what ends it */
  open(): () => void {
    return this.#driver.subscribe(() => this.#refresh());
  }

  readonly get = (): PlayerState => this.#state;

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  };

  readonly positionMs = (): number => this.#pictureMs() ?? this.#driver.positionMs();

  readonly play = (): void => {
    const { isEnded } = this.#driver.get();
    this.#driver.play();
    // From the end it begins anew.
    if (isEnded) this.#lead();
    this.#start();
  };

  readonly pause = (): void => {
    this.#driver.pause();
    this.#video?.pause();
  };

  readonly seek = (offsetMs: number): void => {
    this.#driver.seek(offsetMs);
    this.#lead();
  };

  readonly setSpeed = (speed: number): void => {
    this.#driver.setSpeed(speed);
    if (this.#video !== undefined) this.#video.playbackRate = speed;
  };

  /**
   * Takes a video whose picture began at `offsetMs` of the session. @returns what lets go of it
   */
  attach(video: VideoLike, offsetMs: number): () => void {
    this.#video = video;
    this.#offsetMs = offsetMs;
    const stop = new AbortController();
    const on = (type: string, listener: () => void) =>
      video.addEventListener(type, listener, { signal: stop.signal });
    on("loadedmetadata", () => {
      this.#lead();
      video.playbackRate = this.#driver.get().speed;
      this.#start();
    });
    for (const type of ["waiting", "seeking"]) on(type, () => this.#load(true));
    for (const type of ["playing", "seeked", "canplay", "ended", "error"]) on(type, () => this.#load(false));
    const timer = setInterval(() => this.#follow(), followEveryMs);
    return () => {
      stop.abort();
      clearInterval(timer);
      video.pause();
      this.#video = undefined;
      this.#load(false);
    };
  }

  /** Where the picture is; undefined while there is none to be seen. */
  #pictureMs(): number | undefined {
    const video = this.#video;
    if (video === undefined || video.readyState < hasCurrentData || video.ended || video.seeking)
      return undefined;
    return video.currentTime * 1000 + this.#offsetMs;
  }

  /** Puts the picture where the feed is. */
  #lead(): void {
    const video = this.#video;
    if (video !== undefined)
      video.currentTime = Math.max(0, (this.#driver.positionMs() - this.#offsetMs) / 1000);
  }

  #start(): void {
    const video = this.#video;
    if (video === undefined || !this.#driver.get().isPlaying) return;
    video.play().catch((error: unknown) => {
      // Without a press of the viewer a browser plays no sound: then the picture alone, and the sound is a press away.
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError" || video.muted) return;
      video.muted = true;
      video.play().catch(() => undefined);
    });
  }

  #follow(): void {
    const pictureMs = this.#pictureMs();
    if (pictureMs !== undefined && this.#driver.get().isPlaying) this.#driver.follow(pictureMs);
  }

  #load(isLoading: boolean): void {
    this.#isLoading = isLoading;
    this.#refresh();
  }

  #refresh(): void {
    const state = this.#driver.get();
    if (state.isEnded) this.#video?.pause();
    this.#state = this.#isLoading && !state.isEnded ? { ...state, isWaiting: true } : state;
    for (const listener of this.#listeners) listener();
  }
}
