import { and, asc, eq, isNotNull, lt, ne, or, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { recordings } from "../schema/index.ts";
import type { RecordingRow } from "./recordings.ts";

const ago = (ms: number) => sql`now() - ${ms}::double precision * interval '1 millisecond'`;
const isDue = sql`${recordings.nextAttemptAt} <= now()`;
const fresh = { attempts: 0, nextAttemptAt: sql`now()`, changedAt: sql`now()` };

/** Gives up uploads that nobody has gone on with for so long. @returns how many */
export async function expireRecordings(orm: Orm, afterMs: number): Promise<number> {
  const rows = await orm
    .update(recordings)
    .set({ ...fresh, state: "failed", fault: "expired" })
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

/** Uploaded recordings that are to be checked now, the one that waits longest first. */
export async function listUncheckedRecordings(orm: Orm, limit: number): Promise<readonly RecordingRow[]> {
  return orm
    .select()
    .from(recordings)
    .where(and(eq(recordings.state, "checking"), eq(recordings.removing, false), isDue))
    .orderBy(asc(recordings.nextAttemptAt))
    .limit(limit);
}

/**
 * Recordings with objects that nobody needs: of failed and removed ones everything, of ready ones the original, if it was
 * written anew. Those where it could not be done come again when their time has come.
 */
export async function listRecordingsToClean(orm: Orm, limit: number): Promise<readonly RecordingRow[]> {
  const isFailed = and(eq(recordings.state, "failed"), eq(recordings.stored, true));
  const hasOriginal = and(eq(recordings.state, "ready"), isNotNull(recordings.uploadId));
  return orm
    .select()
    .from(recordings)
    .where(
      and(
        isDue,
        or(ne(recordings.state, "ready"), eq(recordings.removing, true), isNotNull(recordings.uploadId)),
        or(eq(recordings.removing, true), isFailed, hasOriginal),
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
 * @returns when, by Postgres' clock; undefined when it is not being checked any more, or is being removed
 */
export async function finishRecording(
  orm: Orm,
  id: string,
  result: { readonly playKey: string; readonly bytes: number; readonly durationMs: number },
): Promise<Date | undefined> {
  const [row] = await orm
    .update(recordings)
    .set({ ...fresh, ...result, state: "ready" })
    .where(and(eq(recordings.id, id), eq(recordings.state, "checking"), eq(recordings.removing, false)))
    .returning({ at: recordings.changedAt });
  return row?.at;
}

/** Notes that a checked recording is no good: its objects are due to go. */
export async function failRecording(orm: Orm, id: string, fault: string): Promise<void> {
  await orm
    .update(recordings)
    .set({ ...fresh, state: "failed", fault })
    .where(and(eq(recordings.id, id), eq(recordings.state, "checking")));
}

/** Notes that of a ready recording only what is played is stored. */
export async function markOriginalGone(orm: Orm, id: string): Promise<void> {
  await orm.update(recordings).set({ uploadId: null, attempts: 0 }).where(eq(recordings.id, id));
}

/** Notes that nothing of a recording is stored any more: the row of a removed one goes, a failed one tells why. */
export async function markRecordingGone(orm: Orm, id: string): Promise<void> {
  await orm.delete(recordings).where(and(eq(recordings.id, id), eq(recordings.removing, true)));
  await orm.update(recordings).set({ stored: false }).where(eq(recordings.id, id));
}
