import type { Cursor } from "@barrage/protocol";

/** How a cursor relates to a position: after it, at or before it, or in another log altogether. */
export type Relation = "after" | "seen" | "elsewhere";

/** Where `cursor` stands as seen from `position`; everything is after no position. */
export function relationTo(position: Cursor | undefined, cursor: Cursor): Relation {
  if (position === undefined) return "after";
  if (position.epoch !== cursor.epoch) return "elsewhere";
  return cursor.seq > position.seq ? "after" : "seen";
}

/** The later of two positions in one log; of two logs, the new one. */
export function advanceTo(position: Cursor | undefined, cursor: Cursor): Cursor {
  return position !== undefined && relationTo(position, cursor) === "seen" ? position : cursor;
}
