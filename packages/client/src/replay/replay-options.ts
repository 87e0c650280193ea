import type { ControlFrame, ReplaySpeed } from "@barrage/protocol";
import type { EventItem, FeedReason } from "../feed/feed-item.ts";
import type { Clock } from "../options.ts";
import type { RoomJoin } from "../places.ts";
import type { FetchLike } from "../transports/sse-transport.ts";
import type { WebSocketLike } from "../transports/ws-transport.ts";

/** Where a replay goes on from: sent first, and after every pause, seek and change of speed. */
export type ReplayPlaceItem = Extract<ControlFrame, { type: "replay" }>;

/** Where a replay stands. `live`: it has caught up with a running session. `ended` and `closed` are final. */
export type ReplayPhase = "connecting" | "replaying" | "live" | "ended" | "closed";

/** What to replay, and who is told. */
export interface RoomReplayOptions {
  /** The base address of a realtime node, or of whatever balances over several. */
  readonly url: string | URL;
  readonly room: string;
  readonly session: string;
  /** A moment of the session in milliseconds since its start (0 by default), or the cursor of an event. */
  readonly from?: number | string;
  /** 1 by default. */
  readonly speed?: ReplaySpeed;
  /** The moment at which the replay ends; the session's end by default. */
  readonly untilMs?: number;
  /** `shown` (the default): what was shown live of a crowd; `all`: everything. */
  readonly view?: "all" | "shown";
  readonly budget?: "desktop" | "small";
  /** Asked anew for every connection, because a ticket works once. */
  readonly ticket?: () => Promise<string | undefined>;
  /**
   * Asks where to watch (`rooms.join` of the api): the replay goes to the best node and, when one fails or says goodbye,
   * from its last event to the next, without asking again where no ticket is needed. While nobody answers, `url` is left.
   */
  readonly join?: () => Promise<RoomJoin>;
  /** With `join`: a private room, where nothing is tried without a ticket. */
  readonly needsTicket?: boolean;
  /** Ends the replay like `close()`. */
  readonly signal?: AbortSignal;
  /** An event, at its moment. */
  readonly onEvent: (item: EventItem) => void;
  /** The replay goes on from here, with the room as it was: forget what was derived from earlier events. */
  readonly onPlace?: (item: ReplayPlaceItem) => void;
  /** So many events were left out, as they were live. */
  readonly onSkipped?: (count: number) => void;
  /** The event at `cursor`, which came just before, stands for `count` that said the same. */
  readonly onMerged?: (item: { readonly cursor: string; readonly count: number }) => void;
  /** What comes next can't be read now: the server keeps the place, tries again, and `onPlace` says that it goes on. */
  readonly onStalled?: (item: { readonly retryAfterMs: number }) => void;
  readonly onPhase?: (phase: ReplayPhase, reason: FeedReason | undefined) => void;
  /** The range of the first back-off; 500 by default, doubling up to 30,000. */
  readonly backoffBaseMs?: number;
  readonly fetch?: FetchLike;
  readonly WebSocket?: WebSocketLike;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly clock?: Clock;
}
