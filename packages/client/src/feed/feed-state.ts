import type { ControlFrame, Cursor } from "@barrage/protocol";
import type { EventItem, Failure, FeedItem, FeedReason, UnknownItem } from "./feed-item.ts";

/** How the bytes travel. */
export type Via = "sse" | "ws";

/** The fixed choices of one feed. */
export interface FeedRules {
  readonly transport: "auto" | Via;
  /** How many of the latest events to ask for when there is no position yet. */
  readonly tail: number | undefined;
  /** Whether a new ticket can be had for every attempt. */
  readonly hasTicket: boolean;
  /** How long an open connection may take to say hello. */
  readonly helloTimeoutMs: number;
  /** The first back-off is drawn from 0 to this. */
  readonly baseMs: number;
  /** No back-off is drawn from a longer range than this. */
  readonly capMs: number;
  /** A connection that lasted this long clears the count of failures. */
  readonly stableMs: number;
}

interface Common {
  /** The last thing known to be seen (or shed), and so where to resume. */
  readonly position: Cursor | undefined;
  readonly via: Via;
  /** Failures in a row. */
  readonly failures: number;
  /** Whether the feed has ever been live. */
  readonly wasLive: boolean;
  /** The connection's wish (SSE `retry:`) for the shortest way back. */
  readonly retryFloorMs: number;
}

interface Timed {
  /** When the state ends by itself unless something happens first, by the feed's clock. */
  readonly deadlineAtMs: number;
}

interface Greeted {
  /** How much silence is taken for a dead connection. */
  readonly silenceMs: number;
  readonly greetedAtMs: number;
}

/** No connection: the back-off runs. */
export interface Waiting extends Common, Timed {
  readonly kind: "waiting";
  readonly reason: FeedReason;
}
/** A connection was asked for; it has not said hello. */
export interface Opening extends Common, Timed {
  readonly kind: "opening";
}
/** Connected; older events come first. */
export interface CatchingUp extends Common, Timed, Greeted {
  readonly kind: "catching_up";
  readonly afterReset: boolean;
}
/** Connected; events come as they happen. */
export interface Live extends Common, Timed, Greeted {
  readonly kind: "live";
}
/** Over for good. */
export interface Closed {
  readonly kind: "closed";
  readonly position: Cursor | undefined;
  readonly reason: FeedReason;
}

/** Every state by its kind. */
export interface StateOf {
  readonly waiting: Waiting;
  readonly opening: Opening;
  readonly catching_up: CatchingUp;
  readonly live: Live;
  readonly closed: Closed;
}

/** What a feed is, at one moment. Never changed, only replaced. */
export type FeedState = StateOf[keyof StateOf];

type FrameOf<Type extends ControlFrame["type"]> = Extract<ControlFrame, { type: Type }>;

/** Time and chance are inputs: the rules hold no clock and no dice. */
interface Moment {
  readonly nowMs: number;
  /** In [0, 1). */
  readonly random: number;
}

/** Everything that can happen to a feed, by its type. */
export interface InputOf {
  readonly hello: { readonly type: "hello"; readonly frame: FrameOf<"hello"> } & Moment;
  readonly caught_up: { readonly type: "caught_up"; readonly frame: FrameOf<"live"> } & Moment;
  readonly skipped: { readonly type: "skipped"; readonly frame: FrameOf<"skipped"> } & Moment;
  readonly merged: { readonly type: "merged"; readonly frame: FrameOf<"merged"> } & Moment;
  readonly reset: { readonly type: "reset"; readonly frame: FrameOf<"reset"> } & Moment;
  readonly goodbye: { readonly type: "goodbye"; readonly frame: FrameOf<"goodbye"> } & Moment;
  readonly event: {
    readonly type: "event";
    readonly cursor: Cursor;
    readonly item: EventItem | UnknownItem;
  } & Moment;
  /** Bytes came, of whatever kind. */
  readonly alive: { readonly type: "alive" } & Moment;
  /** The server asked for at least this much time before a reconnect. */
  readonly retry: { readonly type: "retry"; readonly retryMs: number } & Moment;
  readonly failed: { readonly type: "failed"; readonly failure: Failure } & Moment;
  /** The state's deadline has passed. */
  readonly deadline: { readonly type: "deadline" } & Moment;
  /** The caller wants no more. */
  readonly close: { readonly type: "close" } & Moment;
}

/** Something that happened to a feed. */
export type FeedInput = InputOf[keyof InputOf];

/** What has to be done because of a step, in order. */
export type FeedEffect =
  | {
      readonly type: "connect";
      readonly via: Via;
      readonly since: Cursor | undefined;
      readonly tail: number | undefined;
    }
  | { readonly type: "disconnect" }
  | { readonly type: "deliver"; readonly item: FeedItem };

/** The outcome of one input. */
export interface Step {
  readonly state: FeedState;
  readonly effects: readonly FeedEffect[];
}
