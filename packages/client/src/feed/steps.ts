import { type Cursor, formatCursor, parseCursor } from "@barrage/protocol";
import { backoffMs } from "./backoff.ts";
import type { Failure, FeedItem, FeedReason } from "./feed-item.ts";
import type {
  CatchingUp,
  FeedEffect,
  FeedRules,
  FeedState,
  InputOf,
  Live,
  Opening,
  Step,
  Via,
  Waiting,
} from "./feed-state.ts";
import { advanceTo, relationTo } from "./position.ts";
import { verdictOf } from "./verdict.ts";

/** A client that hears nothing for this many heartbeats takes the connection for dead. */
const silentHeartbeats = 2.5;

/** No server may send a viewer away for longer than this: a mistyped hint must not look like a dead page. */
const retryAfterMaxMs = 600_000;

/** Any state that is not over. */
export type Open = Waiting | Opening | CatchingUp | Live;
/** Any state in which the server has said hello. */
export type Connected = CatchingUp | Live;

export const stay = (state: FeedState): Step => ({ state, effects: [] });
const deliver = (item: FeedItem): FeedEffect => ({ type: "deliver", item });

function common({ position, via, failures, wasLive, retryFloorMs }: Open) {
  return { position, via, failures, wasLive, retryFloorMs };
}

export function openNow(state: Open, nowMs: number, rules: FeedRules): Step {
  const { position: since, via } = state;
  return {
    // Each connection says its own wish: `retry:` before a goodbye means that one way back, not all that follow.
    state: {
      ...common(state),
      retryFloorMs: 0,
      kind: "opening",
      deadlineAtMs: nowMs + rules.helloTimeoutMs,
    },
    effects: [{ type: "connect", via, since, tail: since === undefined ? rules.tail : undefined }],
  };
}

function end(state: Open, reason: FeedReason): Step {
  return { state: { kind: "closed", position: state.position, reason }, effects: [{ type: "disconnect" }] };
}

interface Moment {
  readonly nowMs: number;
  readonly random: number;
  readonly rules: FeedRules;
}

const otherVia = (via: Via): Via => (via === "sse" ? "ws" : "sse");

/** Failures in a row up to now; a connection that held for a while cleared them. */
function failuresBefore(state: Opening | Connected, nowMs: number, rules: FeedRules): number {
  return state.kind !== "opening" && nowMs - state.greetedAtMs >= rules.stableMs ? 0 : state.failures;
}

/** A connection (or an attempt at one) is gone: stop for good, or wait and come back. */
export function fail(state: Opening | Connected, failure: Failure, { nowMs, random, rules }: Moment): Step {
  const before = failuresBefore(state, nowMs, rules);
  const verdict = verdictOf(failure, { failures: before, rules });
  if (verdict.final) return end(state, verdict.reason);

  // Before any hello the way itself is in doubt (a proxy may hold back streams or forbid upgrades): try the other.
  // An answer of the server proves the way, so it is kept.
  const wayInDoubt = state.kind === "opening" && failure.cause !== "refused" && failure.cause !== "ticket";
  const via = rules.transport === "auto" && wayInDoubt ? otherVia(state.via) : state.via;
  const firstOther = via !== state.via && before === 0 && !state.wasLive;
  const floorMs = Math.min(retryAfterMaxMs, verdict.retryAfterMs ?? state.retryFloorMs);
  const waitMs = firstOther ? 0 : backoffMs({ failures: before, floorMs, random, ...rules });
  const next: Waiting = {
    ...common(state),
    via,
    failures: before + 1,
    kind: "waiting",
    deadlineAtMs: nowMs + waitMs,
    reason: failure,
  };
  return { state: next, effects: [{ type: "disconnect" }] };
}

export function onHello(state: Opening | Connected, input: InputOf["hello"]): Step {
  const silenceMs = Math.ceil(input.frame.heartbeatMs * silentHeartbeats);
  const next: CatchingUp = {
    ...common(state),
    // A position of ours stays: the server resumes from it, or says `reset`.
    position: state.position ?? parseCursor(input.frame.cursor),
    kind: "catching_up",
    afterReset: false,
    silenceMs,
    greetedAtMs: input.nowMs,
    deadlineAtMs: input.nowMs + silenceMs,
  };
  return stay(next);
}

const withPosition = (state: Connected, position: Cursor): Connected => ({ ...state, position });

/** Another log without a `reset` before it: the server owed one, and a gap is never silent. */
function owedReset(position: Cursor | undefined, { epoch, seq }: Cursor): FeedEffect[] {
  if (relationTo(position, { epoch, seq }) !== "elsewhere") return [];
  const cursor = formatCursor({ epoch, seq: Math.max(0, seq - 1) });
  return [deliver({ kind: "reset", reason: "epoch", cursor })];
}

export function onEvent(state: Connected, { cursor, item }: InputOf["event"]): Step {
  // A duplicate: the overlap of a resume, or two nodes that spliced at different places.
  if (relationTo(state.position, cursor) === "seen") return stay(state);
  const effects = [...owedReset(state.position, cursor), deliver(item)];
  return { state: withPosition(state, cursor), effects };
}

export function onSkipped(state: Connected, { frame }: InputOf["skipped"]): Step {
  const { count, cursor, reason } = frame;
  const to = parseCursor(cursor);
  const item: FeedItem = {
    kind: "skipped",
    by: "server",
    count,
    cursor,
    ...(reason === undefined ? {} : { reason }),
  };
  return {
    state: withPosition(state, advanceTo(state.position, to)),
    effects: [...owedReset(state.position, to), deliver(item)],
  };
}

/** It is about the event just before it, so it never moves the position; about any other, it comes too late. */
export function onMerged(state: Connected, { frame }: InputOf["merged"]): Step {
  const { count, cursor } = frame;
  if (state.position === undefined || formatCursor(state.position) !== cursor) return stay(state);
  return { state, effects: [deliver({ kind: "merged", count, cursor })] };
}

export function onReset(state: Connected, { frame }: InputOf["reset"]): Step {
  const { reason, cursor } = frame;
  const moved = withPosition(state, parseCursor(cursor));
  return {
    // In the middle of live nothing has to be caught up: the item alone tells.
    state: moved.kind === "live" ? moved : { ...moved, afterReset: true },
    effects: [deliver({ kind: "reset", reason, cursor })],
  };
}

export function onCaughtUp(state: Connected, { frame }: InputOf["caught_up"]): Step {
  const { silenceMs, greetedAtMs, deadlineAtMs } = state;
  const to = parseCursor(frame.cursor);
  const position = advanceTo(state.position, to);
  const next: Live = {
    ...common(state),
    wasLive: true,
    position,
    kind: "live",
    silenceMs,
    greetedAtMs,
    deadlineAtMs,
  };
  return { state: next, effects: owedReset(state.position, to) };
}

export function onGoodbye(
  state: Opening | Connected,
  { frame, nowMs, random }: InputOf["goodbye"],
  rules: FeedRules,
): Step {
  const reason: FeedReason = { cause: "goodbye", reason: frame.reason };
  if (frame.retryAfterMs === null) return end(state, reason);
  const failures = failuresBefore(state, nowMs, rules);
  const askedMs = Math.min(retryAfterMaxMs, frame.retryAfterMs);
  // The server has spread its viewers already (each got its own delay), so the first time no jitter goes on top.
  // A server that keeps saying goodbye is a failing one.
  const waitMs = failures === 0 ? askedMs : backoffMs({ failures, floorMs: askedMs, random, ...rules });
  return {
    state: {
      ...common(state),
      failures: failures + 1,
      kind: "waiting",
      deadlineAtMs: nowMs + waitMs,
      reason,
    },
    effects: [{ type: "disconnect" }],
  };
}

export const closeByCaller = (state: Open): Step => end(state, { cause: "caller" });
export const keepRetry = (state: Open, { retryMs }: InputOf["retry"]): Step =>
  stay({ ...state, retryFloorMs: Math.min(retryAfterMaxMs, retryMs) });
