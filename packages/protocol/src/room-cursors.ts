import { AppError } from "./app-error.ts";
import { type Cursor, formatCursor, parseCursor } from "./cursor.ts";
import { isId } from "./id.ts";

/** No list of positions is longer than this, whatever a node allows. */
const roomsMax = 1_000;

/**
 * Writes the positions of a connection that follows several rooms: `<room>:<cursor>,<room>:<cursor>`. It is the `id:`
 * of such a stream, and so its `Last-Event-ID`, and its `?since=`.
 */
export function formatRoomCursors(cursors: Iterable<readonly [room: string, cursor: Cursor]>): string {
  return Array.from(cursors, ([room, cursor]) => `${room}:${formatCursor(cursor)}`).join(",");
}

/**
 * Reads what {@link formatRoomCursors} wrote.
 * @throws AppError `cursor_malformed` for anything that it could not have written; a room named twice is such.
 */
export function parseRoomCursors(text: string): ReadonlyMap<string, Cursor> {
  const cursors = new Map<string, Cursor>();
  if (text === "") return cursors;
  for (const item of text.split(",")) {
    const [room = "", cursor = "", ...rest] = item.split(":");
    if (rest.length > 0 || !isId(room) || cursors.has(room) || cursors.size >= roomsMax)
      throw new AppError("cursor_malformed");
    cursors.set(room, parseCursor(cursor));
  }
  return cursors;
}
