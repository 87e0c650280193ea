import { expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import type { Identity } from "../trpc/request-context.ts";
import { createLoginFinder } from "./login-finder.ts";
import { createSessionMemory } from "./session-memory.ts";

test("while Postgres hangs, known log-ins are answered from memory even when no more questions can wait", async () => {
  const world = { nowMs: 0, hangs: false, asked: 0 };
  const find = createLoginFinder({
    deadlineMs: 60_000,
    async findMany() {
      world.asked++;
      return world.hangs ? new Promise(() => {}) : [];
    },
  });
  const alice: Identity = {
    user: { id: "alice000", name: "Alice", createdAtMs: 0, isAdministrator: false },
    sessionId: "alice",
  };
  const memory = createSessionMemory({
    times: { freshMs: 5_000, staleMs: 600_000, askDeadlineMs: 5_000 },
    entriesMax: 3,
    now: () => world.nowMs,
    load: async (id) => ((await find(id)) === undefined ? alice : null),
  });
  expect(await memory.recognise("alice")).toEqual(alice);
  world.hangs = true;
  void find("first").catch(() => {});
  await waitFor(() => world.asked === 2);
  for (let index = 0; index < 20_000; index++) void find(`${index}`).catch(() => {});
  world.nowMs = 10_000;
  expect(await memory.recognise("alice")).toEqual(alice);
  await expect(memory.recognise("bob")).rejects.toMatchObject({ code: "database_unavailable" });
});

test("a question that Postgres never answers holds up the next ones for its deadline and no longer", async () => {
  let asked = 0;
  const find = createLoginFinder({
    deadlineMs: 50,
    findMany: async () => (++asked === 1 ? new Promise(() => {}) : []),
  });
  // Caught, because `rejects` would wait past the test's own deadline.
  const failure = await find("one").catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "database_unavailable" });
  expect(await find("another")).toBeUndefined();
});
