import { type Cursor, formatCursor } from "@barrage/protocol";
import type { FeedPhase, StateItem } from "./feed-item.ts";
import type { FeedInput, FeedRules, FeedState, InputOf, Opening, StateOf, Step } from "./feed-state.ts";
import {
  type Connected,
  closeByCaller,
  fail,
  keepRetry,
  onCaughtUp,
  onEvent,
  onGoodbye,
  onHello,
  onMerged,
  onReset,
  onSkipped,
  openNow,
  stay,
} from "./steps.ts";

/** What each input does to a state: one answer for every input, so that a forgotten case does not compile. */
type Row<State> = {
  readonly [Type in keyof InputOf]: (state: State, input: InputOf[Type], rules: FeedRules) => Step;
};

/** The server speaks before its hello: the connection can't be trusted. */
const violate = (state: Opening, { nowMs, random }: FeedInput, rules: FeedRules): Step =>
  fail(state, { cause: "protocol" }, { nowMs, random, rules });

const connected: Row<Connected> = {
  hello: onHello,
  caught_up: onCaughtUp,
  skipped: onSkipped,
  merged: onMerged,
  reset: onReset,
  goodbye: onGoodbye,
  event: onEvent,
  alive: (state, { nowMs }) => stay({ ...state, deadlineAtMs: nowMs + state.silenceMs }),
  retry: keepRetry,
  failed: (state, { failure, nowMs, random }, rules) => fail(state, failure, { nowMs, random, rules }),
  deadline: (state, { nowMs, random }, rules) => fail(state, { cause: "silent" }, { nowMs, random, rules }),
  close: closeByCaller,
};

const table: { readonly [Kind in keyof StateOf]: Row<StateOf[Kind]> } = {
  waiting: {
    // There is no connection: whatever still speaks is an old one.
    hello: stay,
    caught_up: stay,
    skipped: stay,
    merged: stay,
    reset: stay,
    goodbye: stay,
    event: stay,
    alive: stay,
    retry: stay,
    failed: stay,
    deadline: (state, { nowMs }, rules) => openNow(state, nowMs, rules),
    close: closeByCaller,
  },
  opening: {
    hello: onHello,
    caught_up: violate,
    skipped: violate,
    merged: violate,
    reset: violate,
    goodbye: onGoodbye,
    event: violate,
    // Bytes are not a hello: a proxy may well send padding of its own.
    alive: stay,
    retry: keepRetry,
    failed: (state, { failure, nowMs, random }, rules) => fail(state, failure, { nowMs, random, rules }),
    deadline: (state, { nowMs, random }, rules) =>
      fail(state, { cause: "no_hello" }, { nowMs, random, rules }),
    close: closeByCaller,
  },
  catching_up: connected,
  live: { ...connected, hello: stay },
  closed: {
    hello: stay,
    caught_up: stay,
    skipped: stay,
    merged: stay,
    reset: stay,
    goodbye: stay,
    event: stay,
    alive: stay,
    retry: stay,
    failed: stay,
    deadline: stay,
    close: stay,
  },
};

/** The phase that people are told about. */
export function phaseOf(state: FeedState): FeedPhase {
  switch (state.kind) {
    case "waiting":
    case "opening":
      return state.wasLive ? "resuming" : "connecting";
    case "catching_up":
      if (state.afterReset) return "reset";
      return state.wasLive ? "resuming" : "connecting";
    case "live":
    case "closed":
      return state.kind;
  }
}

interface Turn<State, Type extends keyof InputOf> {
  readonly state: State;
  readonly type: Type;
  readonly input: InputOf[Type];
  readonly rules: FeedRules;
}

function runRow<State, Type extends keyof InputOf>(row: Row<State>, turn: Turn<State, Type>): Step {
  return row[turn.type](turn.state, turn.input, turn.rules);
}

function run(state: FeedState, input: FeedInput, rules: FeedRules): Step {
  const turn = { type: input.type, input, rules };
  switch (state.kind) {
    case "waiting":
      return runRow(table.waiting, { ...turn, state });
    case "opening":
      return runRow(table.opening, { ...turn, state });
    case "catching_up":
      return runRow(table.catching_up, { ...turn, state });
    case "live":
      return runRow(table.live, { ...turn, state });
    case "closed":
      return runRow(table.closed, { ...turn, state });
  }
}

function stateItem(state: FeedState): StateItem {
  const phase = phaseOf(state);
  if (state.kind === "waiting") {
    return { kind: "state", phase, reason: state.reason, retryAtMs: state.deadlineAtMs };
  }
  return state.kind === "closed" ? { kind: "state", phase, reason: state.reason } : { kind: "state", phase };
}

/**
 * What a feed becomes by `input`, and what must be done for it. Pure: the same state, input and rules give the same
 * step. A change of phase, and every new wait, is delivered as a state item after the items that led to it.
 */
export function advance(state: FeedState, input: FeedInput, rules: FeedRules): Step {
  const step = run(state, input, rules);
  const next = step.state;
  const tells = phaseOf(next) !== phaseOf(state) || (next.kind === "waiting" && state.kind !== "waiting");
  if (!tells) return step;
  return { state: next, effects: [...step.effects, { type: "deliver", item: stateItem(next) }] };
}

/** The first state of a feed, with its first connection under way. */
export function begin(nowMs: number, since: Cursor | undefined, rules: FeedRules): Step {
  const via = rules.transport === "ws" ? "ws" : "sse";
  const first = { position: since, via, failures: 0, wasLive: false, retryFloorMs: 0 } as const;
  const step = openNow(
    { ...first, kind: "waiting", deadlineAtMs: nowMs, reason: { cause: "ended" } },
    nowMs,
    rules,
  );
  return { state: step.state, effects: [{ type: "deliver", item: stateItem(step.state) }, ...step.effects] };
}

/** The position of a feed in wire form, undefined before the first hello. */
export function cursorOf(state: FeedState): string | undefined {
  return state.position === undefined ? undefined : formatCursor(state.position);
}
