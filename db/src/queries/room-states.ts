import type { RoomLimits, Visibility } from "@barrage/protocol";
import { asc, gt, inArray } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { rooms } from "../schema/index.ts";

/** What others are told of a room's state. */
export interface RoomStateRow {
  readonly id: string;
  readonly visibility: Visibility;
  readonly liveSessionId: string | null;
  readonly hostId: string;
  readonly limits: RoomLimits | null;
}

const columns = {
  id: rooms.id,
  visibility: rooms.visibility,
  liveSessionId: rooms.liveSessionId,
  hostId: rooms.hostId,
  limits: rooms.limits,
};

/** The states of those of the rooms that exist. */
export async function findRoomStates(orm: Orm, ids: readonly string[]): Promise<readonly RoomStateRow[]> {
  if (ids.length === 0) return [];
  return orm
    .select(columns)
    .from(rooms)
    .where(inArray(rooms.id, [...ids]));
}

/** The ids of all rooms, page by page: those after `after` in the order of ids. */
export async function listRoomIds(
  orm: Orm,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const found = await orm
    .select({ id: rooms.id })
    .from(rooms)
    .where(gt(rooms.id, page.after))
    .orderBy(asc(rooms.id))
    .limit(page.limit);
  return found.map(({ id }) => id);
}
