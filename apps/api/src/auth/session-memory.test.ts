import { describe, expect, test } from "bun:test";
import { AppError } from "@barrage/protocol";
import type { Identity } from "../trpc/request-context.ts";
import { createSessionMemory } from "./session-memory.ts";

const times = { freshMs: 5_000, staleMs: 600_000, askDeadlineMs: 50 };
const alice: Identity = {
  user: { id: "alice000", name: "Alice", createdAtMs: 0, isAdministrator: false },
  sessionId: "s1",
};

/** A memory over a Postgres that the test plays. */
function setUp() {
  const world = {
    nowMs: 0,
    asked: 0,
    answer: (): Promise<Identity | null> => Promise.resolve(alice),
  };
  const memory = createSessionMemory({
    times,
    entriesMax: 3,
    now: () => world.nowMs,
    load: () => {
      world.asked++;
      return world.answer();
    },
  });
  return { world, memory };
}

const down = () => Promise.reject(new AppError("database_unavailable"));

describe("what a node remembers of log-ins", () => {
  test("an answer is believed for a few seconds, then asked for again", async () => {
    const { world, memory } = setUp();
    await memory.recognise("s1");
    world.nowMs = 4_999;
    expect(await memory.recognise("s1")).toEqual(alice);
    expect(world.asked).toBe(1);
    world.nowMs = 5_000;
    world.answer = () => Promise.resolve(null);
    expect(await memory.recognise("s1")).toBeNull();
  });

  test("while Postgres is down, a known log-in goes on for ten minutes and no longer; an unknown one fails", async () => {
    const { world, memory } = setUp();
    await memory.recognise("s1");
    world.answer = down;
    world.nowMs = 599_000;
    expect(await memory.recognise("s1")).toEqual(alice);
    await expect(memory.recognise("s2")).rejects.toMatchObject({ code: "database_unavailable" });
    world.nowMs = 601_001;
    await expect(memory.recognise("s1")).rejects.toMatchObject({ code: "database_unavailable" });
  });

  test("a Postgres that does not answer at all is one that is down", async () => {
    const { world, memory } = setUp();
    await memory.recognise("s1");
    world.answer = () => new Promise(() => {});
    world.nowMs = 10_000;
    expect(await memory.recognise("s1")).toEqual(alice);
    await expect(memory.recognise("s2")).rejects.toMatchObject({ code: "database_unavailable" });
  });

  test("a fault of ours is no outage: nobody is let in by memory because of it", async () => {
    const { world, memory } = setUp();
    await memory.recognise("s1");
    world.answer = () => Promise.reject(new TypeError("a bug"));
    world.nowMs = 10_000;
    await expect(memory.recognise("s1")).rejects.toThrow("a bug");
  });

  test("a log-in that Postgres said had ended does not come back when Postgres goes down", async () => {
    const { world, memory } = setUp();
    await memory.recognise("s1");
    world.nowMs = 5_000;
    world.answer = () => Promise.resolve(null);
    expect(await memory.recognise("s1")).toBeNull();
    world.answer = down;
    await expect(memory.recognise("s1")).rejects.toMatchObject({ code: "database_unavailable" });
  });

  test("a log-in that was ended is forgotten, also by a question that was under way", async () => {
    const { world, memory } = setUp();
    const late = Promise.withResolvers<Identity | null>();
    world.answer = () => late.promise;
    const before = memory.recognise("s1");
    memory.forget(["s1"]);
    late.resolve(alice);
    await before;
    world.answer = () => Promise.resolve(null);
    expect(await memory.recognise("s1")).toBeNull();
    world.answer = () => Promise.resolve(alice);
    await memory.recognise("s1");
    memory.forgetUser(alice.user.id);
    world.answer = () => Promise.resolve(null);
    expect(await memory.recognise("s1")).toBeNull();
  });

  test("made-up tokens push nobody out", async () => {
    const { world, memory } = setUp();
    await memory.recognise("s1");
    world.answer = () => Promise.resolve(null);
    for (let index = 0; index < 100; index++) expect(await memory.recognise(`made-up-${index}`)).toBeNull();
    const asked = world.asked;
    expect(await memory.recognise("s1")).toEqual(alice);
    expect(world.asked).toBe(asked);
  });
});
