import { and, asc, count, eq, isNull, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { recordings, roomSessions, rooms, users } from "../schema/index.ts";

/** A recording, in whatever state. */
export type RecordingRow = typeof recordings.$inferSelect;

/** A recording that begins. */
export interface NewRecording {
  readonly id: string;
  readonly roomId: string;
  readonly sessionId: string;
  readonly hostId: string;
  readonly contentType: string;
  readonly partBytes: number;
  readonly declaredBytes: number | null;
  /** Where it begins in the session; undefined: `startedAgoMs` ago, and the session must be running. */
  readonly offsetMs: number | undefined;
  readonly startedAgoMs: number;
}

/** Why there is no new recording. */
export type RecordingRefusal = "no_session" | "not_live" | "too_many";

/** One recording of one host. */
export interface RecordingClaim {
  readonly id: string;
  readonly hostId: string;
}

const isOpen = and(eq(recordings.state, "uploading"), eq(recordings.removing, false));

function claimed({ id, hostId }: RecordingClaim) {
  return and(eq(recordings.id, id), eq(recordings.hostId, hostId), eq(recordings.removing, false));
}

/**
 * Notes a recording of a session whose room the host has. Call it in a transaction.
 * @returns why not, when there is no such session of theirs, it does not run, or too many are there already
 */
export async function insertRecording(
  orm: Orm,
  recording: NewRecording,
  max: { readonly uploadingOfHost: number; readonly ofSession: number },
): Promise<RecordingRow | RecordingRefusal> {
  const { offsetMs, startedAgoMs, hostId, sessionId, roomId } = recording;
  // One host's recordings begin one after the other: else two at once would both be the last that is allowed.
  await orm.select({ id: users.id }).from(users).where(eq(users.id, hostId)).for("update");
  const [session] = await orm
    .select({
      isRunning: sql<boolean>`${roomSessions.endedAt} is null`,
      ageMs: sql`extract(epoch from clock_timestamp() - ${roomSessions.startedAt}) * 1000`.mapWith(Number),
    })
    .from(roomSessions)
    .innerJoin(rooms, eq(rooms.id, roomSessions.roomId))
    .where(and(eq(roomSessions.id, sessionId), eq(rooms.id, roomId), eq(rooms.hostId, hostId)));
  if (session === undefined) return "no_session";
  if (offsetMs === undefined && !session.isRunning) return "not_live";
  const [uploading] = await orm
    .select({ count: count() })
    .from(recordings)
    .where(and(eq(recordings.hostId, hostId), isOpen));
  const [all] = await orm
    .select({ count: count() })
    .from(recordings)
    .where(and(eq(recordings.sessionId, sessionId), eq(recordings.removing, false)));
  if ((uploading?.count ?? 0) >= max.uploadingOfHost || (all?.count ?? 0) >= max.ofSession) return "too_many";
  const { startedAgoMs: _, ...row } = recording;
  const offset = offsetMs ?? Math.round(session.ageMs - startedAgoMs);
  const [inserted] = await orm
    .insert(recordings)
    .values({ ...row, offsetMs: offset, state: "uploading" })
    .returning();
  return inserted ?? "no_session";
}

/** Notes the store's name for the upload. */
export async function setRecordingUpload(orm: Orm, id: string, uploadId: string): Promise<void> {
  await orm.update(recordings).set({ uploadId }).where(eq(recordings.id, id));
}

/** Forgets a recording whose upload could not begin. */
export async function forgetRecording(orm: Orm, id: string): Promise<void> {
  await orm.delete(recordings).where(and(eq(recordings.id, id), isNull(recordings.uploadId)));
}

/** A recording, unless it is being removed. */
export async function findRecording(orm: Orm, id: string): Promise<RecordingRow | undefined> {
  const [row] = await orm
    .select()
    .from(recordings)
    .where(and(eq(recordings.id, id), eq(recordings.removing, false)));
  return row;
}

/** A host's own recording. */
export async function findOwnRecording(orm: Orm, claim: RecordingClaim): Promise<RecordingRow | undefined> {
  const [row] = await orm.select().from(recordings).where(claimed(claim));
  return row;
}

/** A host's own recording, after noting that its upload goes on; undefined also when it does not any more. */
export async function touchRecording(orm: Orm, claim: RecordingClaim): Promise<RecordingRow | undefined> {
  const [row] = await orm
    .update(recordings)
    .set({ changedAt: sql`now()` })
    .where(and(claimed(claim), isOpen))
    .returning();
  return row;
}

/** The recordings of a session, by where they begin. */
export async function listRecordings(
  orm: Orm,
  of: { readonly roomId: string; readonly sessionId: string; readonly readyOnly: boolean },
): Promise<readonly RecordingRow[]> {
  return orm
    .select()
    .from(recordings)
    .where(
      and(
        eq(recordings.sessionId, of.sessionId),
        eq(recordings.roomId, of.roomId),
        eq(recordings.removing, false),
        of.readyOnly ? eq(recordings.state, "ready") : undefined,
      ),
    )
    .orderBy(asc(recordings.offsetMs), asc(recordings.createdAt), asc(recordings.id));
}

/** Hands an uploaded recording to the worker. @returns undefined when it is not being uploaded (any more) */
export async function completeRecordingUpload(
  orm: Orm,
  claim: RecordingClaim,
  total: { readonly parts: number; readonly bytes: number },
): Promise<RecordingRow | undefined> {
  const [row] = await orm
    .update(recordings)
    .set({ ...total, state: "checking", attempts: 0, nextAttemptAt: sql`now()`, changedAt: sql`now()` })
    .where(and(claimed(claim), isOpen))
    .returning();
  return row;
}

/** Gives an upload up. @returns undefined when it is not being uploaded (any more) */
export async function abortRecordingUpload(
  orm: Orm,
  claim: RecordingClaim,
  fault: string,
): Promise<RecordingRow | undefined> {
  const [row] = await orm
    .update(recordings)
    .set({ state: "failed", fault, attempts: 0, nextAttemptAt: sql`now()`, changedAt: sql`now()` })
    .where(and(claimed(claim), isOpen))
    .returning();
  return row;
}

/** Has a recording removed: nobody sees it from here on. @returns false when the host has no such recording */
export async function removeRecording(orm: Orm, claim: RecordingClaim): Promise<boolean> {
  const rows = await orm
    .update(recordings)
    .set({ removing: true, attempts: 0, nextAttemptAt: sql`now()` })
    .where(claimed(claim))
    .returning({ id: recordings.id });
  return rows.length > 0;
}
