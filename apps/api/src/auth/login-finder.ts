import type { FoundAuthSession } from "@barrage/db";
import { createMicroBatcher } from "../batching/micro-batcher.ts";

/** Looks a log-in up by its stored id. */
export type LoginFinder = (sessionId: string) => Promise<FoundAuthSession | undefined>;

const waitingMax = 20_000;

/** In a rush everybody's log-in is asked for at once: those that come while a question is under way share the next. */
export function createLoginFinder(deps: {
  /** Asks Postgres for many at once. */
  readonly findMany: (ids: readonly string[]) => Promise<readonly FoundAuthSession[]>;
  /** So long does a caller wait. */
  readonly deadlineMs: number;
}): LoginFinder {
  const batcher = createMicroBatcher<string, { readonly found: FoundAuthSession | undefined }>({
    windowMs: 1,
    batchMax: 200,
    // The busier the node, the larger the next batch: side by side, they would stay small, and each costs a statement.
    runningMax: 1,
    waitingMax,
    // Postgres does not keep up: known log-ins go on by memory, as when it is down.
    whenFull: "database_unavailable",
    deadlineMs: deps.deadlineMs,
    async run(ids) {
      const rows = await deps.findMany(ids);
      const byId = new Map(rows.map((row) => [row.session.id, row]));
      return ids.map((id) => ({ found: byId.get(id) }));
    },
  });
  return async (sessionId) => (await batcher.add(sessionId)).found;
}
