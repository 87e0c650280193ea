import { fromDatabaseError } from "@barrage/db";
import { createStaleCache } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { withDeadline } from "../deadline.ts";
import type { Identity } from "../trpc/request-context.ts";

/** How long answers of Postgres are believed. */
export interface SessionMemoryTimes {
  /** A revocation that no message told of is noticed after this time. */
  readonly freshMs: number;
  /** While Postgres can't be asked. */
  readonly staleMs: number;
  /** Then Postgres is taken to be down. */
  readonly askDeadlineMs: number;
}

/** What this node knows of log-ins, by session id. */
export interface SessionMemory {
  /** @throws AppError `database_unavailable` when it is not known here and Postgres can't be asked */
  recognise(sessionId: string): Promise<Identity | null>;
  forget(sessionIds: readonly string[]): void;
  forgetUser(userId: string): void;
}

/** Postgres says that there is no such log-in. Not cached: made-up tokens must not push real users out of memory. */
class NoSuchLogin extends Error {}

function isOutage(error: unknown): boolean {
  const known = fromDatabaseError(error);
  return known instanceof AppError && known.code === "database_unavailable";
}

/** A bounded memory over `load`, which asks Postgres. */
export function createSessionMemory(deps: {
  readonly load: (sessionId: string) => Promise<Identity | null>;
  readonly times: SessionMemoryTimes;
  readonly entriesMax: number;
  readonly now?: () => number;
}): SessionMemory {
  const { freshMs, staleMs, askDeadlineMs } = deps.times;
  const known = createStaleCache<Identity>({
    ttlMs: freshMs,
    staleMs,
    entriesMax: deps.entriesMax,
    now: deps.now ?? Date.now,
    mayServeStale: isOutage,
    async load(sessionId) {
      const identity = await withDeadline(deps.load(sessionId), askDeadlineMs);
      if (identity === null) throw new NoSuchLogin();
      return identity;
    },
  });
  return {
    async recognise(sessionId) {
      try {
        return await known.get(sessionId);
      } catch (error) {
        if (!(error instanceof NoSuchLogin)) throw error;
        // An older good answer must not come back when Postgres goes down later.
        known.invalidate(sessionId);
        return null;
      }
    },
    forget(sessionIds) {
      for (const id of sessionIds) known.invalidate(id);
    },
    forgetUser: (userId) => known.invalidateWhere(({ user }) => user.id === userId),
  };
}
