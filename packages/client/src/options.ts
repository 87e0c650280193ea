import type { EventItem, MergedItem, ResetItem, SkippedItem, StateItem } from "./feed/feed-item.ts";
import type { RoomJoin } from "./places.ts";
import type { FetchLike } from "./transports/sse-transport.ts";
import type { WebSocketLike } from "./transports/ws-transport.ts";

/** The passing of time, injected so that waits can be tested. */
export interface Clock {
  readonly nowMs: () => number;
  /** Calls `run` once after `delayMs`; the returned function forgets it. */
  readonly after: (delayMs: number, run: () => void) => () => void;
}

/** What to read, and who is told. */
export interface RoomFeedOptions {
  /** The base address of a realtime node, or of whatever balances over several: a feed resumes on any of them. */
  readonly url: string | URL;
  readonly room: string;
  /** `auto` (the default) starts with SSE and falls back to WebSocket where proxies hold streams back, and vice versa. */
  readonly transport?: "auto" | "sse" | "ws";
  /** The cursor of the last event seen in an earlier life of this feed. */
  readonly since?: string;
  /** How many of the latest events come first when there is no `since`: 0–200. */
  readonly tail?: number;
  /**
   * How much of a crowded room is shown, by the size of the screen: `desktop` (the default, 40 danmaku a second), or
   * `small` (15). A number is taken as the nearest of these that is at most as large.
   */
  readonly budget?: "desktop" | "small" | number;
  /**
   * `shown` (the default): what is chosen from a crowd, the same for all; `all`: everything that was said; `status`: how
   * the room stands and no more (`room.*`, `viewers.counted`), without counting as a viewer, for lists of rooms.
   */
  readonly view?: "shown" | "all" | "status";
  /** Asked anew for every connection, because a ticket works once. */
  readonly ticket?: () => Promise<string | undefined>;
  /**
   * Asks where to watch (`rooms.join` of the api): the feed goes to the best node and, when one fails or says goodbye,
   * from its cursor to the next, without asking again where no ticket is needed. While nobody answers, `url` is left.
   */
  readonly join?: () => Promise<RoomJoin>;
  /** With `join`: a private room, where nothing is tried without a ticket. */
  readonly needsTicket?: boolean;
  /** Ends the feed like `close()`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (item: EventItem) => void;
  readonly onState?: (item: StateItem) => void;
  readonly onSkipped?: (item: SkippedItem) => void;
  readonly onMerged?: (item: MergedItem) => void;
  readonly onReset?: (item: ResetItem) => void;
  /** How many items wait for a slow consumer of the iterator before danmaku are dropped; 2,000 by default. */
  readonly bufferItemsMax?: number;
  /** How long a connection may take to its first frame; 5,000 by default. */
  readonly helloTimeoutMs?: number;
  /** The range of the first back-off; 500 by default, doubling up to `backoffCapMs`. */
  readonly backoffBaseMs?: number;
  /** The longest range of a back-off; 30,000 by default. */
  readonly backoffCapMs?: number;
  readonly fetch?: FetchLike;
  readonly WebSocket?: WebSocketLike;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly clock?: Clock;
}

/** The real time; monotonic, so that a corrected wall clock can't stall a feed. */
export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
