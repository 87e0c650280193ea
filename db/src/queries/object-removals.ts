import { asc, eq, inArray, lte, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { objectRemovals } from "../schema/index.ts";

/** Objects that are to be removed. */
export interface ObjectRemoval {
  readonly id: number;
  /** What their keys begin with. */
  readonly prefix: string;
}

/** Longer than anything lasts that may still write below a prefix: an upload by a signed URL, or the worker's own. */
const strayMs = 60 * 60 * 1_000;

/**
 * Has all objects of the media bucket removed whose keys begin with one of the prefixes: soon, and once more in an
 * hour, for what was under way in the meantime. Call it in the transaction after which nobody needs them.
 */
export async function queueObjectRemovals(orm: Orm, prefixes: readonly string[]): Promise<void> {
  if (prefixes.length === 0) return;
  const soon = sql`now()`;
  const later = sql`now() + ${strayMs} * interval '1 millisecond'`;
  await orm
    .insert(objectRemovals)
    .values(prefixes.flatMap((prefix) => [soon, later].map((dueAt) => ({ prefix, dueAt }))));
}

/** Removals whose time has come, the oldest first. */
export async function listDueRemovals(orm: Orm, limit: number): Promise<readonly ObjectRemoval[]> {
  return orm
    .select({ id: objectRemovals.id, prefix: objectRemovals.prefix })
    .from(objectRemovals)
    .where(lte(objectRemovals.dueAt, sql`now()`))
    .orderBy(asc(objectRemovals.dueAt), asc(objectRemovals.id))
    .limit(limit);
}

/** Forgets a removal that was made. */
export async function deleteRemoval(orm: Orm, id: number): Promise<void> {
  await orm.delete(objectRemovals).where(eq(objectRemovals.id, id));
}

/** Puts removals off that could not be made. */
export async function delayRemovals(orm: Orm, ids: readonly number[], delayMs: number): Promise<void> {
  if (ids.length === 0) return;
  await orm
    .update(objectRemovals)
    .set({ dueAt: sql`now() + ${delayMs} * interval '1 millisecond'` })
    .where(inArray(objectRemovals.id, [...ids]));
}
