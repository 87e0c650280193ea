import { inArray } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { rooms } from "../schema/index.ts";

/** The titles of these rooms, in no order; those that are no more are left out. For administrators' eyes. */
export async function listRoomTitles(
  orm: Orm,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly title: string }[]> {
  if (ids.length === 0) return [];
  return await orm
    .select({ id: rooms.id, title: rooms.title })
    .from(rooms)
    .where(inArray(rooms.id, [...ids]));
}
