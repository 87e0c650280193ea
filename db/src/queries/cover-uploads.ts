import { and, asc, eq, lte, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { coverUploads, rooms } from "../schema/index.ts";

/** The newest upload for a room's cover. */
export type CoverUploadRow = typeof coverUploads.$inferSelect;

/** One upload, and no later one that took its place. */
export interface CoverUploadKey {
  readonly roomId: string;
  readonly id: string;
}

/** What a host says of a file before it is uploaded. */
export interface NewCoverUpload extends CoverUploadKey {
  readonly type: CoverUploadRow["type"];
  readonly bytes: number;
  /** It has failed when it has not arrived by then. */
  readonly lifeMs: number;
}

const isUpload = ({ roomId, id }: CoverUploadKey) =>
  and(eq(coverUploads.roomId, roomId), eq(coverUploads.id, id));

/**
 * Notes a new upload in the place of the room's last one. The caller has locked the room's row.
 * @returns the id of the one before, if there was one: its objects are nobody's now
 */
export async function replaceCoverUpload(
  orm: Orm,
  { lifeMs, ...upload }: NewCoverUpload,
): Promise<string | undefined> {
  const before = await deleteCoverUpload(orm, upload.roomId);
  const dueAt = sql`now() + ${lifeMs} * interval '1 millisecond'`;
  await orm.insert(coverUploads).values({ ...upload, state: "pending", dueAt });
  return before;
}

/** Forgets the room's upload. The caller has locked the room's row. @returns its id, if there was one */
export async function deleteCoverUpload(orm: Orm, roomId: string): Promise<string | undefined> {
  const [row] = await orm
    .delete(coverUploads)
    .where(eq(coverUploads.roomId, roomId))
    .returning({ id: coverUploads.id });
  return row?.id;
}

/** The cover of a room of this host and of nobody else, and its newest upload (null: none). */
export async function findCoverOfHost(
  orm: Orm,
  room: { readonly id: string; readonly hostId: string },
): Promise<{ readonly cover: string | null; readonly upload: CoverUploadRow | null } | undefined> {
  const [row] = await orm
    .select({ cover: rooms.cover, upload: coverUploads })
    .from(rooms)
    .leftJoin(coverUploads, eq(coverUploads.roomId, rooms.id))
    .where(and(eq(rooms.id, room.id), eq(rooms.hostId, room.hostId)));
  return row;
}

/** The file has arrived: now it is the worker's turn. Only for an upload that still waits. */
export async function markCoverUploaded(orm: Orm, upload: CoverUploadKey): Promise<void> {
  await orm
    .update(coverUploads)
    .set({ state: "checking", dueAt: sql`now()` })
    .where(and(isUpload(upload), eq(coverUploads.state, "pending")));
}

/** Uploads that are to be looked at, the longest waiting first: those that have arrived, and those that never did. */
export async function listDueCoverUploads(orm: Orm, limit: number): Promise<readonly CoverUploadRow[]> {
  return orm
    .select()
    .from(coverUploads)
    .where(lte(coverUploads.dueAt, sql`now()`))
    .orderBy(asc(coverUploads.dueAt))
    .limit(limit);
}

/** Has an upload looked at again later: our side could not go on. */
export async function delayCoverUpload(orm: Orm, upload: CoverUploadKey, delayMs: number): Promise<void> {
  await orm
    .update(coverUploads)
    .set({
      attempts: sql`${coverUploads.attempts} + 1`,
      dueAt: sql`now() + ${delayMs} * interval '1 millisecond'`,
    })
    .where(isUpload(upload));
}

/**
 * Ends an upload, for good.
 * @returns false when it is not in that state any more, or another one took its place: nothing has changed then
 */
export async function settleCoverUpload(
  orm: Orm,
  upload: CoverUploadKey & { readonly state: CoverUploadRow["state"] },
  end: { readonly state: "ready" } | { readonly state: "failed"; readonly fault: string },
): Promise<boolean> {
  const rows = await orm
    .update(coverUploads)
    .set({ ...end, dueAt: null })
    .where(and(isUpload(upload), eq(coverUploads.state, upload.state)))
    .returning({ id: coverUploads.id });
  return rows.length > 0;
}
