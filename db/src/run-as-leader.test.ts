import { describe, expect, test } from "bun:test";
import { createTestDatabase, waitFor } from "@barrage/testkit";
import postgres from "postgres";
import { runAsLeader } from "./run-as-leader.ts";

const lock = 42;

/** Candidates that note who leads; at most one may at any time. */
function candidates(url: string) {
  const leading = new Set<string>();
  const history: string[] = [];
  let together = 0;
  return {
    leading,
    history,
    mostAtOnce: () => together,
    add(name: string) {
      const abort = new AbortController();
      const ended = runAsLeader(
        { url, applicationName: name, lock, signal: abort.signal, onError: () => undefined },
        async (signal) => {
          leading.add(name);
          history.push(name);
          together = Math.max(together, leading.size);
          const end = Promise.withResolvers<void>();
          signal.addEventListener("abort", () => end.resolve(), { once: true });
          if (signal.aborted) end.resolve();
          await end.promise;
          leading.delete(name);
        },
      );
      return {
        async leave() {
          abort.abort();
          await ended;
        },
      };
    },
  };
}

describe("leadership", () => {
  test("one leads at a time; the next takes over when it leaves, and nobody when all have left", async () => {
    await using database = await createTestDatabase();
    const all = candidates(database.url);
    const members = new Map(["a", "b", "c"].map((name) => [name, all.add(name)]));
    for (let left = 3; left > 0; left--) {
      const [leader = ""] = await waitFor(() => all.leading.size > 0 && [...all.leading]);
      await members.get(leader)?.leave();
    }
    expect(all.history.toSorted()).toEqual(["a", "b", "c"]);
    expect(all.mostAtOnce()).toBe(1);
    expect(all.leading.size).toBe(0);
  }, 20_000);

  test("a leader whose connection is cut knows at once, and somebody leads again", async () => {
    await using database = await createTestDatabase();
    const all = candidates(database.url);
    const members = [all.add("a"), all.add("b")];
    const admin = postgres(database.url, { max: 1, onnotice: () => {} });
    for (let round = 0; round < 3; round++) {
      const lives = all.history.length;
      const [leader = ""] = await waitFor(() => all.leading.size === 1 && [...all.leading]);
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${leader}`;
      await waitFor(() => all.history.length > Math.max(lives, round + 1) && all.leading.size === 1);
    }
    expect(all.history.length).toBeGreaterThan(3);
    await admin.end();
    await Promise.all(members.map((member) => member.leave()));
  }, 20_000);

  test("work that fails gives the lead up, and is begun again", async () => {
    await using database = await createTestDatabase();
    const abort = new AbortController();
    const errors: unknown[] = [];
    let lives = 0;
    await runAsLeader(
      {
        url: database.url,
        applicationName: "a",
        lock,
        signal: abort.signal,
        onError: (error) => errors.push(error),
      },
      async () => {
        lives++;
        if (lives < 3) throw new Error("failed");
        abort.abort();
      },
    );
    expect(lives).toBe(3);
    expect(errors.map(String)).toEqual(["Error: failed", "Error: failed"]);
  }, 20_000);

  test("a Postgres that can't be reached is tried again until the candidate leaves", async () => {
    const abort = new AbortController();
    let errors = 0;
    await runAsLeader(
      {
        url: "postgres://nobody@127.0.0.1:1/none",
        applicationName: "a",
        lock,
        signal: abort.signal,
        onError: () => {
          errors++;
          if (errors === 2) abort.abort();
        },
      },
      () => Promise.reject(new Error("never")),
    );
    expect(errors).toBe(2);
  }, 20_000);
});
