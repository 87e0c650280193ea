import type { FeedReason } from "@barrage/client";

/** How a replay stands, for those who draw it. Replaced, never changed. */
export interface PlayerState {
  /** What the viewer wants. */
  readonly isPlaying: boolean;
  /** It would go on, and waits for what comes next. */
  readonly isWaiting: boolean;
  /** It has caught up with a session that still runs. */
  readonly isLive: boolean;
  readonly isEnded: boolean;
  readonly speed: number;
  /** Counts its jumps: what belongs to the moment before is gone. */
  readonly moves: number;
  /** Why nothing comes; null while all is well. `isFinal`: no further try is made until the viewer asks for one. */
  readonly trouble: { readonly reason: FeedReason | null; readonly isFinal: boolean } | null;
  /** What was said before the moment could not be had. */
  readonly isRecallLost: boolean;
}

/** A replay and its one clock. Moments are milliseconds since the session's start. */
export interface Player {
  readonly get: () => PlayerState;
  readonly subscribe: (onChange: () => void) => () => void;
  readonly positionMs: () => number;
  readonly play: () => void;
  readonly pause: () => void;
  /** Goes to the nearest moment that is in the session. */
  readonly seek: (offsetMs: number) => void;
  readonly setSpeed: (speed: number) => void;
}
