import type { CloseReason, ErrorCode, ResetReason, RoomEvent, SkipReason } from "@barrage/protocol";

/** Where a feed stands. `reset` is catching up after a position was lost; `closed` is final. */
export type FeedPhase = "connecting" | "live" | "resuming" | "reset" | "closed";

/** Why a connection ended, or could not be made. */
export type Failure =
  /** The server answered with an error instead of a stream. */
  | {
      readonly cause: "refused";
      readonly status: number;
      readonly code: ErrorCode;
      readonly retryAfterMs?: number;
    }
  /** No ticket could be had; `code` when the failure named one of ours. */
  | { readonly cause: "ticket"; readonly code?: ErrorCode }
  /** The server closed the WebSocket with this code. */
  | { readonly cause: "closed"; readonly closeCode: number }
  /** The stream ended without a word. */
  | { readonly cause: "ended" }
  | { readonly cause: "network" }
  /** Connected, but the first frame did not come in time: a proxy that holds streams back looks like this. */
  | { readonly cause: "no_hello" }
  /** Nothing came for 2.5 heartbeats. */
  | { readonly cause: "silent" }
  /** The server said something that makes no sense. */
  | { readonly cause: "protocol" };

/** Why a feed is in the phase it is in. */
export type FeedReason =
  | Failure
  | { readonly cause: "caller" }
  | { readonly cause: "goodbye"; readonly reason: CloseReason };

/** A change of phase, or another failed attempt within one. */
export interface StateItem {
  readonly kind: "state";
  readonly phase: FeedPhase;
  readonly reason?: FeedReason;
  /** When the next attempt starts, by the feed's clock. */
  readonly retryAtMs?: number;
}

/**
 * Events that this viewer will not see: the server shed them, or the consumer of the iterator was too slow. The server
 * says why: `limit`, more was said than can be read (every viewer gets the same choice), or `slow`, this connection
 * could not carry them.
 */
export interface SkippedItem {
  readonly kind: "skipped";
  readonly by: "server" | "client";
  readonly reason?: SkipReason;
  readonly count: number;
  readonly cursor: string;
}

/** The event at `cursor`, delivered just before, stands for `count` that said the same. */
export interface MergedItem {
  readonly kind: "merged";
  readonly count: number;
  readonly cursor: string;
}

/** The position was lost: forget what was derived from earlier events; events after `cursor` follow. */
export interface ResetItem {
  readonly kind: "reset";
  readonly reason: ResetReason;
  readonly cursor: string;
}

/** One event of the room. */
export interface EventItem {
  readonly kind: "event";
  readonly cursor: string;
  readonly event: RoomEvent;
}

/** An event of a kind that this version does not know, from a newer server. */
export interface UnknownItem {
  readonly kind: "unknown";
  readonly cursor: string;
  /** What the server calls it, when it says so. */
  readonly type: string | undefined;
}

/** What a feed yields, in the room's order. */
export type FeedItem = EventItem | UnknownItem | MergedItem | SkippedItem | ResetItem | StateItem;
