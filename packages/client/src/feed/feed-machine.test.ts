import { describe, expect, test } from "bun:test";
import { type ErrorCode, formatCursor } from "@barrage/protocol";
import * as fc from "fast-check";
import type { Failure, FeedItem, FeedPhase } from "./feed-item.ts";
import { advance, begin, phaseOf } from "./feed-machine.ts";
import type { FeedEffect, FeedInput, FeedRules, FeedState, InputOf, StateOf } from "./feed-state.ts";
import { relationTo } from "./position.ts";

const room = "room0000";
const epoch = "e1";
const rules: FeedRules = {
  transport: "auto",
  tail: 20,
  hasTicket: false,
  helloTimeoutMs: 5_000,
  baseMs: 500,
  capMs: 30_000,
  stableMs: 10_000,
};
const moment = { nowMs: 100_000, random: 0.5 };
const at = (seq: number, inEpoch = epoch) => ({ epoch: inEpoch, seq });
const wire = (seq: number, inEpoch = epoch) => formatCursor(at(seq, inEpoch));

const base = { position: at(10), via: "sse", failures: 0, wasLive: true, retryFloorMs: 0 } as const;
const greeted = { silenceMs: 25_000, greetedAtMs: 99_000, deadlineAtMs: 125_000 } as const;
const states: StateOf = {
  waiting: { ...base, kind: "waiting", deadlineAtMs: 100_000, reason: { cause: "network" } },
  opening: { ...base, kind: "opening", deadlineAtMs: 105_000 },
  catching_up: { ...base, ...greeted, kind: "catching_up", afterReset: false },
  live: { ...base, ...greeted, kind: "live" },
  closed: { kind: "closed", position: at(10), reason: { cause: "caller" } },
};

function eventInput(seq: number, inEpoch = epoch): InputOf["event"] {
  const cursor = at(seq, inEpoch);
  return {
    ...moment,
    type: "event",
    cursor,
    item: { kind: "unknown", cursor: formatCursor(cursor), type: "x" },
  };
}
const helloFrame = {
  type: "hello",
  room,
  cursor: wire(10),
  heartbeatMs: 10_000,
  nowMs: 1,
  limits: { shedBytes: 1, closeBytes: 2 },
} as const;

const inputs: InputOf = {
  hello: { ...moment, type: "hello", frame: helloFrame },
  caught_up: { ...moment, type: "caught_up", frame: { type: "live", room, cursor: wire(12) } },
  skipped: { ...moment, type: "skipped", frame: { type: "skipped", room, count: 3, cursor: wire(14) } },
  merged: { ...moment, type: "merged", frame: { type: "merged", room, count: 5, cursor: wire(10) } },
  reset: { ...moment, type: "reset", frame: { type: "reset", room, reason: "trimmed", cursor: wire(50) } },
  goodbye: { ...moment, type: "goodbye", frame: { type: "goodbye", reason: "goodbye", retryAfterMs: 700 } },
  event: eventInput(11),
  alive: { ...moment, type: "alive" },
  retry: { ...moment, type: "retry", retryMs: 3_000 },
  failed: { ...moment, type: "failed", failure: { cause: "network" } },
  deadline: { ...moment, type: "deadline" },
  close: { ...moment, type: "close" },
};

function told(effects: readonly FeedEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.type !== "deliver") return effect.type;
    return effect.item.kind === "state" ? effect.item.phase : effect.item.kind;
  });
}

type Outcome = readonly [kind: keyof StateOf, ...effects: string[]];
const nothing = (kind: keyof StateOf): Outcome => [kind];

/** Total by type: a new state or input does not compile until its outcome is written here. */
const expected: Record<keyof StateOf, Record<keyof InputOf, Outcome>> = {
  waiting: {
    hello: nothing("waiting"),
    caught_up: nothing("waiting"),
    skipped: nothing("waiting"),
    merged: nothing("waiting"),
    reset: nothing("waiting"),
    goodbye: nothing("waiting"),
    event: nothing("waiting"),
    alive: nothing("waiting"),
    retry: nothing("waiting"),
    failed: nothing("waiting"),
    deadline: ["opening", "connect"],
    close: ["closed", "disconnect", "closed"],
  },
  opening: {
    hello: nothing("catching_up"),
    caught_up: ["waiting", "disconnect", "resuming"],
    skipped: ["waiting", "disconnect", "resuming"],
    merged: ["waiting", "disconnect", "resuming"],
    reset: ["waiting", "disconnect", "resuming"],
    goodbye: ["waiting", "disconnect", "resuming"],
    event: ["waiting", "disconnect", "resuming"],
    alive: nothing("opening"),
    retry: nothing("opening"),
    failed: ["waiting", "disconnect", "resuming"],
    deadline: ["waiting", "disconnect", "resuming"],
    close: ["closed", "disconnect", "closed"],
  },
  catching_up: {
    hello: nothing("catching_up"),
    caught_up: ["live", "live"],
    skipped: ["catching_up", "skipped"],
    merged: ["catching_up", "merged"],
    reset: ["catching_up", "reset", "reset"],
    goodbye: ["waiting", "disconnect", "resuming"],
    event: ["catching_up", "unknown"],
    alive: nothing("catching_up"),
    retry: nothing("catching_up"),
    failed: ["waiting", "disconnect", "resuming"],
    deadline: ["waiting", "disconnect", "resuming"],
    close: ["closed", "disconnect", "closed"],
  },
  live: {
    hello: nothing("live"),
    caught_up: nothing("live"),
    skipped: ["live", "skipped"],
    merged: ["live", "merged"],
    reset: ["live", "reset"],
    goodbye: ["waiting", "disconnect", "resuming"],
    event: ["live", "unknown"],
    alive: nothing("live"),
    retry: nothing("live"),
    failed: ["waiting", "disconnect", "resuming"],
    deadline: ["waiting", "disconnect", "resuming"],
    close: ["closed", "disconnect", "closed"],
  },
  closed: {
    hello: nothing("closed"),
    caught_up: nothing("closed"),
    skipped: nothing("closed"),
    merged: nothing("closed"),
    reset: nothing("closed"),
    goodbye: nothing("closed"),
    event: nothing("closed"),
    alive: nothing("closed"),
    retry: nothing("closed"),
    failed: nothing("closed"),
    deadline: nothing("closed"),
    close: nothing("closed"),
  },
};

const allStates: readonly FeedState[] = Object.values(states);
const allInputs: readonly FeedInput[] = Object.values(inputs);

describe("every state has one answer to every input", () => {
  for (const state of allStates) {
    for (const input of allInputs) {
      const outcome = expected[state.kind][input.type];
      test(`${state.kind} + ${input.type} → ${outcome.join(", ")}`, () => {
        const step = advance(state, input, rules);
        expect([step.state.kind, ...told(step.effects)]).toEqual([...outcome]);
      });
    }
  }
});

/** Runs inputs from the start of a fresh feed. */
function play(steps: readonly FeedInput[], over: Partial<FeedRules> = {}) {
  const own = { ...rules, ...over };
  const first = begin(0, undefined, own);
  const items: FeedItem[] = [];
  const connects: FeedEffect[] = [];
  let { state } = first;
  const take = (effects: readonly FeedEffect[]) => {
    for (const effect of effects) {
      if (effect.type === "deliver") items.push(effect.item);
      if (effect.type === "connect") connects.push(effect);
    }
  };
  take(first.effects);
  for (const input of steps) {
    const step = advance(state, input, own);
    state = step.state;
    take(step.effects);
  }
  return {
    state,
    items,
    connects,
    phases: items.filter((item) => item.kind === "state").map(({ phase }) => phase),
  };
}

const failed = (failure: Failure): FeedInput => ({ ...moment, type: "failed", failure });
const refused = (code: ErrorCode, retryAfterMs?: number): FeedInput =>
  failed({ cause: "refused", status: 400, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
const waitOf = (state: FeedState) =>
  state.kind === "waiting" ? state.deadlineAtMs - moment.nowMs : undefined;
const { hello, caught_up, deadline, reset, goodbye } = inputs;

describe("positions", () => {
  test("the first connection asks for the tail, later ones for what comes after the last event", () => {
    const { connects } = play([hello, caught_up, eventInput(15), failed({ cause: "ended" }), deadline]);
    expect(connects).toEqual([
      { type: "connect", via: "sse", since: undefined, tail: 20 },
      { type: "connect", via: "sse", since: at(15), tail: undefined },
    ]);
  });
  test("a quiet room is resumed from its hello", () => {
    expect(play([hello, failed({ cause: "ended" }), deadline]).connects[1]).toMatchObject({ since: at(10) });
  });
  test("what was shed is not asked for again", () => {
    const { connects } = play([hello, inputs.skipped, failed({ cause: "ended" }), deadline]);
    expect(connects[1]).toMatchObject({ since: at(14) });
  });
  test("an event of another epoch without a reset is told as a reset", () => {
    const { items } = play([hello, caught_up, eventInput(3, "e2")]);
    expect(items.slice(-2)).toEqual([
      { kind: "reset", reason: "epoch", cursor: "e2-2" },
      { kind: "unknown", cursor: "e2-3", type: "x" },
    ]);
  });
  test("after a reset older numbers are new again", () => {
    const back: FeedInput = { ...reset, frame: { ...reset.frame, cursor: wire(2, "e2") } };
    const { items, phases } = play([hello, back, eventInput(3, "e2"), caught_up]);
    expect(items.some((item) => item.kind === "unknown" && item.cursor === "e2-3")).toBe(true);
    expect(phases).toEqual(["connecting", "reset", "live"]);
  });
  test("whatever is repeated or replayed, each event comes once and in order", () => {
    const seqs = fc.array(fc.integer({ min: 11, max: 40 }), { maxLength: 80 });
    fc.assert(
      fc.property(seqs, (numbers) => {
        const { items } = play([hello, ...numbers.map((seq) => eventInput(seq))]);
        const seen = items.flatMap((item) => (item.kind === "unknown" ? [Number(item.cursor.slice(3))] : []));
        expect(seen).toEqual(numbers.filter((seq, index) => seq > Math.max(0, ...numbers.slice(0, index))));
        expect(new Set(seen).size).toBe(seen.length);
      }),
    );
  });
  test("no order of inputs moves the position backwards within a log, except a reset", () => {
    const anyInput = fc.oneof(
      fc.constantFrom(...allInputs.filter(({ type }) => type !== "reset")),
      fc.integer({ min: 0, max: 60 }).map((seq) => eventInput(seq)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...allStates), fc.array(anyInput, { maxLength: 40 }), (start, sequence) => {
        let state = start;
        for (const input of sequence) {
          const { position } = state;
          state = advance(state, input, rules).state;
          if (position !== undefined && state.position !== undefined) {
            expect(
              position.seq <= state.position.seq || relationTo(position, state.position) === "elsewhere",
            ).toBe(true);
          }
        }
      }),
    );
  });
});

describe("waiting", () => {
  test("full jitter doubles its range with every failure up to the cap", () => {
    const waits: (number | undefined)[] = [];
    let state: FeedState = states.live;
    for (let round = 0; round < 9; round++) {
      state = advance(state, failed({ cause: "network" }), { ...rules, transport: "sse" }).state;
      waits.push(waitOf(state));
      state = advance(state, deadline, rules).state;
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });
  test("a connection that held for a while clears the failures, a short one does not", () => {
    const worn = { ...states.live, failures: 6 };
    expect(waitOf(advance(worn, inputs.failed, rules).state)).toBe(15_000);
    expect(waitOf(advance({ ...worn, greetedAtMs: 90_000 }, inputs.failed, rules).state)).toBe(250);
  });
  test("Retry-After and the body's hint are the least wait, with jitter on top", () => {
    expect(waitOf(advance(states.opening, refused("draining", 4_000), rules).state)).toBe(4_250);
  });
  test("an absurd hint is bounded to ten minutes", () => {
    expect(waitOf(advance(states.opening, refused("draining", 1e12), rules).state)).toBe(600_250);
  });
  test("the stream's retry field is the least wait after this connection, and no later one", () => {
    const worn = [hello, caught_up, inputs.retry, inputs.failed];
    expect(waitOf(play(worn).state)).toBe(3_250);
    expect(waitOf(play([...worn, deadline, hello, inputs.failed]).state)).toBe(500);
  });
  test("goodbye is obeyed to the millisecond, because the server spread its viewers already", () => {
    expect(waitOf(advance(states.live, goodbye, rules).state)).toBe(700);
  });
  test("a server that does nothing but say goodbye is met with growing waits", () => {
    const leave: FeedInput = { ...goodbye, frame: { ...goodbye.frame, retryAfterMs: 0 } };
    const rounds = Array.from({ length: 6 }, () => [hello, leave, deadline]).flat();
    expect(waitOf(play([...rounds, hello, leave]).state)).toBe(15_000);
  });
});

describe("the end", () => {
  const final: readonly ErrorCode[] = [
    "cursor_malformed",
    "ticket_required",
    "ticket_invalid",
    "room_not_found",
  ];
  for (const code of final) {
    test(`${code} closes the feed with the code`, () => {
      const { state } = advance(states.opening, refused(code), rules);
      expect(state).toMatchObject({ kind: "closed", reason: { cause: "refused", code } });
    });
  }
  test("a used-up ticket is replaced twice where there are more, then it is final", () => {
    const own = { ...rules, hasTicket: true };
    const kinds = [0, 1, 2].map(
      (failures) => advance({ ...states.opening, failures }, refused("ticket_invalid"), own).state.kind,
    );
    expect(kinds).toEqual(["waiting", "waiting", "closed"]);
  });
  test("goodbye without a way back is final", () => {
    const frame = { type: "goodbye", reason: "room_deleted", retryAfterMs: null } as const;
    const { state } = advance(states.live, { ...goodbye, frame }, rules);
    expect(state).toMatchObject({ kind: "closed", reason: { cause: "goodbye", reason: "room_deleted" } });
  });
  test("close codes carry the policy, known or not", () => {
    const kindAfter = (closeCode: number) =>
      advance(states.live, failed({ cause: "closed", closeCode }), rules).state.kind;
    expect([1000, 1006, 4001, 4499, 4500, 4999].map(kindAfter)).toEqual([
      "waiting",
      "waiting",
      "waiting",
      "waiting",
      "closed",
      "closed",
    ]);
  });
});

describe("the way", () => {
  const ways = (steps: readonly FeedInput[], transport: FeedRules["transport"]) =>
    play(steps, { transport }).connects.map((effect) => (effect.type === "connect" ? effect.via : ""));
  test("auto starts with SSE and goes to WebSocket when no hello comes, and back, until one works", () => {
    const silent = [deadline, deadline];
    expect(ways([...silent, ...silent, ...silent], "auto")).toEqual(["sse", "ws", "sse", "ws"]);
  });
  test("the first change of ways costs no wait, the next ones do", () => {
    expect(waitOf(play([deadline]).state)).toBe(0);
    expect(waitOf(play([deadline, deadline, deadline]).state)).toBe(500);
  });
  test("a way that said hello is kept", () => {
    expect(ways([deadline, deadline, hello, inputs.failed, deadline], "auto")).toEqual(["sse", "ws", "ws"]);
  });
  test("an answer of the server proves the way", () => {
    expect(ways([refused("draining"), deadline], "auto")).toEqual(["sse", "sse"]);
  });
  test("a way that was asked for is never left", () => {
    expect(ways([deadline, deadline, deadline, deadline], "ws")).toEqual(["ws", "ws", "ws"]);
  });
});

test("phases are told on every change, and each new wait with its reason and time", () => {
  const { items, phases } = play([hello, caught_up, inputs.failed, deadline, hello, caught_up, inputs.close]);
  const told: readonly FeedPhase[] = ["connecting", "live", "resuming", "live", "closed"];
  expect(phases).toEqual([...told]);
  expect(items[2]).toEqual({
    kind: "state",
    phase: "resuming",
    reason: { cause: "network" },
    retryAtMs: 100_250,
  });
  expect(phaseOf(states.waiting)).toBe("resuming");
});

test("a merged count is told of the event it is about, and of no other", () => {
  const merged = (seq: number): FeedInput => ({
    ...moment,
    type: "merged",
    frame: { type: "merged", room, count: 7, cursor: wire(seq) },
  });
  const { state } = advance(states.live, eventInput(11), rules);
  const step = advance(state, merged(11), rules);
  expect(step.effects).toEqual([{ type: "deliver", item: { kind: "merged", count: 7, cursor: wire(11) } }]);
  expect(step.state).toEqual(state);
  expect(advance(state, merged(10), rules).effects).toEqual([]);
});
