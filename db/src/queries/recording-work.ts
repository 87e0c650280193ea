import { and, asc, eq, lt, or, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { recordings } from "../schema/index.ts";
import type { RecordingRow } from "./recordings.ts";

const ago = (ms: number) => sql`now() - ${ms}::double precision * interval '1 millisecond'`;

/** Gives up uploads that nobody has gone on with for so long. @returns how many */
export async function expireRecordings(orm: Orm, afterMs: number): Promise<number> {
  const rows = await orm
    .update(recordings)
    .set({ state: "failed", fault: "expired", attempts: 0, nextAttemptAt: sql`now()`, changedAt: sql`now()` })
    .where(and(eq(recordings.state, "uploading"), lt(recordings.changedAt, ago(afterMs))))
    .returning({ id: recordings.id });
  return rows.length;
}

/** Forgets failed recordings, of which nothing is stored any more, after so long. */
export async function sweepFailedRecordings(orm: Orm, afterMs: number): Promise<void> {
  const isOld = lt(recordings.changedAt, ago(afterMs));
  await orm
    .delete(recordings)
    .where(and(eq(recordings.state, "failed"), eq(recordings.stored, false), isOld));
}

/** Recordings with something to do: one to check, or objects to remove. Those that failed last wait longest. */
export async function listDueRecordings(orm: Orm, limit: number): Promise<readonly RecordingRow[]> {
  const isFailed = and(eq(recordings.state, "failed"), eq(recordings.stored, true));
  return orm
    .select()
    .from(recordings)
    .where(
      and(
        sql`${recordings.nextAttemptAt} <= now()`,
        or(eq(recordings.removing, true), eq(recordings.state, "checking"), isFailed),
      ),
    )
    .orderBy(asc(recordings.nextAttemptAt))
    .limit(limit);
}

/** Notes that the worker could not do it now, and when it tries again. */
export async function delayRecording(orm: Orm, id: string, retryInMs: number): Promise<void> {
  const at = sql`now() + ${retryInMs}::double precision * interval '1 millisecond'`;
  await orm
    .update(recordings)
    .set({ attempts: sql`${recordings.attempts} + 1`, nextAttemptAt: at })
    .where(eq(recordings.id, id));
}

/**
 * Makes a checked recording ready. Call it in a transaction with the event that tells of it.
 * @returns false when it is not being checked any more, or is being removed
 */
export async function finishRecording(
  orm: Orm,
  id: string,
  result: { readonly playKey: string; readonly bytes: number; readonly durationMs: number },
): Promise<boolean> {
  const rows = await orm
    .update(recordings)
    .set({ ...result, state: "ready", attempts: 0, changedAt: sql`now()` })
    .where(and(eq(recordings.id, id), eq(recordings.state, "checking"), eq(recordings.removing, false)))
    .returning({ id: recordings.id });
  return rows.length > 0;
}

/** Notes that a checked recording is no good: its objects are due to go. */
export async function failRecording(orm: Orm, id: string, fault: string): Promise<void> {
  await orm
    .update(recordings)
    .set({ state: "failed", fault, attempts: 0, nextAttemptAt: sql`now()`, changedAt: sql`now()` })
    .where(and(eq(recordings.id, id), eq(recordings.state, "checking")));
}

/** Notes that nothing of a recording is stored any more: the row of a removed one goes, a failed one tells why. */
export async function markRecordingGone(orm: Orm, id: string): Promise<void> {
  await orm.delete(recordings).where(and(eq(recordings.id, id), eq(recordings.removing, true)));
  await orm.update(recordings).set({ stored: false }).where(eq(recordings.id, id));
}
