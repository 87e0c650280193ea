import { and, asc, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { archiveParts, messages, sessionArchives } from "../schema/index.ts";

/** A session on its way into the object store. */
export type SessionArchiveRow = typeof sessionArchives.$inferSelect;

const bumped = sql`${sessionArchives.indexVersion} + 1`;

/** Notes that a session began at a place in the log. Noting it again changes nothing. */
export async function openSessionArchive(
  orm: Orm,
  session: Pick<SessionArchiveRow, "sessionId" | "roomId" | "epoch" | "firstSeq" | "startedAt"> & {
    /** What its chain of hashes begins with. */
    readonly chain: string;
  },
): Promise<void> {
  await orm
    .insert(sessionArchives)
    .values({ ...session, archivedSeq: session.firstSeq - 1, state: {} })
    .onConflictDoNothing();
}

/** Notes where a session ended in the log. Noting it again changes nothing. */
export async function endSessionArchive(
  orm: Orm,
  session: {
    readonly sessionId: string;
    readonly roomId: string;
    readonly endSeq: number;
    readonly endedAt: Date;
  },
): Promise<void> {
  await orm
    .update(sessionArchives)
    .set({ endSeq: session.endSeq, endedAt: session.endedAt, indexVersion: bumped })
    .where(
      and(
        eq(sessionArchives.sessionId, session.sessionId),
        eq(sessionArchives.roomId, session.roomId),
        isNull(sessionArchives.endSeq),
      ),
    );
}

/** Has the index of a message's session written anew, for the message was deleted. */
export async function touchArchiveOfMessage(
  orm: Orm,
  message: { readonly id: string; readonly roomId: string },
): Promise<void> {
  await orm
    .update(sessionArchives)
    .set({ indexVersion: bumped })
    .where(
      and(
        eq(sessionArchives.roomId, message.roomId),
        sql`${sessionArchives.sessionId} = (select session_id from ${messages} where id = ${message.id})`,
      ),
    );
}

/** Has all that was archived of a room removed. */
export async function removeSessionArchivesOf(orm: Orm, roomId: string): Promise<void> {
  await orm.update(sessionArchives).set({ removing: true }).where(eq(sessionArchives.roomId, roomId));
}

/** Sessions with something to do: events to archive, an index to write, objects to remove. */
export async function listDueArchives(
  orm: Orm,
  due: {
    /** A running session is due when it was last archived so long ago. */
    readonly runningAfterMs: number;
    readonly limit: number;
  },
): Promise<readonly SessionArchiveRow[]> {
  const longAgo = sql`now() - ${due.runningAfterMs}::double precision * interval '1 millisecond'`;
  return orm
    .select()
    .from(sessionArchives)
    .where(
      or(
        eq(sessionArchives.removing, true),
        lt(sessionArchives.indexWritten, sessionArchives.indexVersion),
        lt(sessionArchives.archivedSeq, sessionArchives.endSeq),
        and(isNull(sessionArchives.endSeq), lt(sessionArchives.archivedAt, longAgo)),
      ),
    )
    .orderBy(asc(sessionArchives.archivedAt))
    .limit(due.limit);
}

/** The first sequence of an epoch that some session has still to archive; undefined when all is archived. */
export async function findOldestUnarchivedSeq(orm: Orm, epoch: string): Promise<number | undefined> {
  const [row] = await orm
    .select({ seq: sql<string | null>`min(${sessionArchives.archivedSeq}) + 1` })
    .from(sessionArchives)
    .where(
      and(
        eq(sessionArchives.epoch, epoch),
        eq(sessionArchives.removing, false),
        or(isNull(sessionArchives.endSeq), lt(sessionArchives.archivedSeq, sessionArchives.endSeq)),
      ),
    );
  return row?.seq === null || row?.seq === undefined ? undefined : Number(row.seq);
}

/** A session's archive; undefined when the log has not told of the session (yet). */
export async function findSessionArchive(
  orm: Orm,
  sessionId: string,
): Promise<SessionArchiveRow | undefined> {
  const [row] = await orm.select().from(sessionArchives).where(eq(sessionArchives.sessionId, sessionId));
  return row;
}

/** The parts of a session, in order, as they were committed. */
export async function listArchiveParts(orm: Orm, sessionId: string): Promise<readonly unknown[]> {
  const rows = await orm
    .select({ part: archiveParts.part })
    .from(archiveParts)
    .where(eq(archiveParts.sessionId, sessionId))
    .orderBy(asc(archiveParts.number));
  return rows.map(({ part }) => part);
}

/** What moves a session's archive on. */
export interface ArchiveStep {
  readonly sessionId: string;
  /** Where the archive must stand for the step to count. */
  readonly fromSeq: number;
  readonly archivedSeq: number;
  readonly chain: string;
  readonly state: unknown;
  /** Undefined: there was nothing to store up to `archivedSeq`. */
  readonly part: { readonly number: number; readonly part: unknown } | undefined;
  /** Some events before `archivedSeq` may be lost; what was cut once stays so. */
  readonly isCut: boolean;
}

/**
 * Commits a part, and with it how far the archive has come: both or neither. Call it in a transaction.
 * @returns false when another worker was faster; nothing has changed then
 */
export async function commitArchiveStep(orm: Orm, step: ArchiveStep): Promise<boolean> {
  const { archivedSeq, chain, state } = step;
  const moved = await orm
    .update(sessionArchives)
    .set({
      archivedSeq,
      chain,
      state,
      cut: sql`${sessionArchives.cut} or ${step.isCut}`,
      archivedAt: sql`now()`,
      indexVersion: bumped,
    })
    .where(and(eq(sessionArchives.sessionId, step.sessionId), eq(sessionArchives.archivedSeq, step.fromSeq)))
    .returning({ id: sessionArchives.sessionId });
  if (moved.length === 0) return false;
  if (step.part !== undefined) {
    await orm.insert(archiveParts).values({ sessionId: step.sessionId, ...step.part });
  }
  return true;
}

/** Closes an archive where it stands: the stream that held the rest is gone. */
export async function cutSessionArchive(orm: Orm, sessionId: string): Promise<void> {
  await orm
    .update(sessionArchives)
    .set({
      cut: true,
      endSeq: sessionArchives.archivedSeq,
      endedAt: sql`coalesce(${sessionArchives.endedAt}, now())`,
      indexVersion: bumped,
    })
    .where(eq(sessionArchives.sessionId, sessionId));
}

/** Notes that the index object tells of everything up to `version`. */
export async function markIndexWritten(orm: Orm, sessionId: string, version: number): Promise<void> {
  await orm
    .update(sessionArchives)
    .set({ indexWritten: version })
    .where(and(eq(sessionArchives.sessionId, sessionId), lt(sessionArchives.indexWritten, version)));
}

/** Forgets an archive whose objects are gone. */
export async function deleteSessionArchive(orm: Orm, sessionId: string): Promise<void> {
  await orm.delete(sessionArchives).where(eq(sessionArchives.sessionId, sessionId));
}

/** The ids of a session's deleted messages. */
export async function listDeletedMessages(orm: Orm, sessionId: string): Promise<readonly string[]> {
  const rows = await orm
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.sessionId, sessionId), sql`${messages.deletedAt} is not null`))
    .orderBy(asc(messages.seq));
  return rows.map(({ id }) => id);
}

/** A page of a room's messages as the log told of them, in the log's order, whatever became of them later. */
export async function listMessagesInLogOrder(
  orm: Orm,
  page: {
    readonly roomId: string;
    readonly epoch: string;
    readonly afterSeq: number;
    readonly untilSeq: number;
    readonly limit: number;
  },
) {
  return orm
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.epoch, page.epoch),
        eq(messages.roomId, page.roomId),
        sql`${messages.seq} > ${page.afterSeq} and ${messages.seq} <= ${page.untilSeq}`,
      ),
    )
    .orderBy(asc(messages.seq))
    .limit(page.limit);
}
