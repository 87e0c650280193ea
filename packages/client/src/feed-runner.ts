import type { ControlFrame, Cursor } from "@barrage/protocol";
import { createAlarm } from "./alarm.ts";
import type { ConnectionOrder } from "./connection.ts";
import type { FeedItem } from "./feed/feed-item.ts";
import { advance, begin } from "./feed/feed-machine.ts";
import type { FeedEffect, FeedInput, FeedRules, FeedState, Step } from "./feed/feed-state.ts";
import type { Clock } from "./options.ts";
import type { TransportSink } from "./transports/transport.ts";

/** What the pure machine needs to have an effect. */
export interface FeedRunnerDeps {
  readonly rules: FeedRules;
  readonly since: Cursor | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  /** Starts a connection; the returned function ends it, and hears whether the feed goes on to another one. */
  readonly connect: (order: ConnectionOrder) => (isLost: boolean) => void;
  readonly deliver: (item: FeedItem) => void;
  /** Called once, after the last item. */
  readonly onClosed: () => void;
}

/** A machine with its connection and its one timer. */
export interface FeedRunner {
  readonly state: FeedState;
  close(): void;
}

type Unstamped<Input> = Input extends FeedInput ? Omit<Input, "nowMs" | "random"> : never;
type Dispatch = (input: Unstamped<FeedInput>) => void;

function inputOf(frame: ControlFrame): Unstamped<FeedInput> | undefined {
  switch (frame.type) {
    case "hello":
      return { type: "hello", frame };
    case "live":
      return { type: "caught_up", frame };
    case "skipped":
      return { type: "skipped", frame };
    case "merged":
      return { type: "merged", frame };
    case "reset":
      return { type: "reset", frame };
    case "goodbye":
      return { type: "goodbye", frame };
    // Of connections for several rooms.
    case "refused":
    case "left":
    case "heartbeat":
    case "replay":
    case "stalled":
      return undefined;
  }
}

function sinkOf(dispatch: Dispatch): TransportSink {
  return {
    onAlive: () => dispatch({ type: "alive" }),
    onFrame(frame) {
      const input = inputOf(frame);
      if (input !== undefined) dispatch(input);
    },
    onEvent: (cursor, item) => dispatch({ type: "event", cursor, item }),
    onRetry: (retryMs) => dispatch({ type: "retry", retryMs }),
    onFailure: (failure) => dispatch({ type: "failed", failure }),
  };
}

/**
 * Hands items to `take` one at a time: what arrives during a turn (a consumer's callback that closes the feed, say)
 * waits for its end instead of nesting. Held back until `release`.
 */
function createTurnstile<Item>(take: (item: Item) => void) {
  const waiting: Item[] = [];
  let busy = true;
  function release() {
    busy = true;
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) take(item);
    busy = false;
  }
  return {
    push(item: Item) {
      waiting.push(item);
      if (!busy) release();
    },
    release,
  };
}

/** Runs a feed: feeds what happens into the machine, one thing at a time, and does what its steps ask for. */
export function createFeedRunner(deps: FeedRunnerDeps): FeedRunner {
  const { rules, clock, random, connect, deliver, onClosed } = deps;
  const first = begin(clock.nowMs(), deps.since, rules);
  let state = first.state;
  let disconnect: ((isLost: boolean) => void) | undefined;
  const alarm = createAlarm(clock, () => dispatch({ type: "deadline" }));

  function perform(effect: FeedEffect) {
    switch (effect.type) {
      case "connect":
        disconnect = connect({ ...effect, sink: sinkOf(dispatch) });
        return;
      case "disconnect":
        disconnect?.(state.kind !== "closed");
        disconnect = undefined;
        return;
      case "deliver":
        deliver(effect.item);
    }
  }
  function take(step: Step) {
    const wasOpen = state.kind !== "closed";
    state = step.state;
    step.effects.forEach(perform);
    alarm.set(state.kind === "closed" ? undefined : state.deadlineAtMs);
    if (wasOpen && state.kind === "closed") onClosed();
  }
  const turnstile = createTurnstile((input: FeedInput) => take(advance(state, input, rules)));
  function dispatch(input: Unstamped<FeedInput>) {
    turnstile.push({ ...input, nowMs: clock.nowMs(), random: random() });
  }

  // A moment later, so that the caller has its feed in hand before the first callback comes.
  queueMicrotask(() => {
    take(first);
    turnstile.release();
  });

  return {
    get state() {
      return state;
    },
    close: () => dispatch({ type: "close" }),
  };
}
