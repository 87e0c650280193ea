import type { RoomsFeedItem } from "@barrage/client";
import type { RoomEvent } from "@barrage/protocol";
import type { RoomView } from "../lib/app-router.ts";

/** What of a listed room its events may overtake. */
type Standing = Pick<RoomView, "status" | "sessionId" | "startedAtMs" | "viewers" | "title">;
type Change = Partial<Standing>;

/** By room: what has been told of it since the list was read. */
export type RoomChanges = ReadonlyMap<string, Change>;

export const noChanges: RoomChanges = new Map();

/** The changes after another item of the feed; the same object when it changes nothing. */
export function afterItem(changes: RoomChanges, item: RoomsFeedItem): RoomChanges {
  const { room } = item;
  // What was missed may be anything: the list itself is asked again before long. So it is with a room that left the
  // list: nothing of it is heard, and when it comes back the list knows better.
  const isLost = item.kind === "reset" || (item.kind === "state" && item.phase === "closed");
  if (isLost) return new Map([...changes].filter(([id]) => id !== room));
  const change = item.kind === "event" ? changeOf(item.event) : undefined;
  return change === undefined ? changes : new Map([...changes, [room, { ...changes.get(room), ...change }]]);
}

function changeOf({ type, at, data }: RoomEvent): Change | undefined {
  if (type === "viewers.counted") return { viewers: data.count };
  if (type === "room.started") return { status: "live", sessionId: data.session, startedAtMs: at };
  if (type === "room.ended") return { status: "idle", sessionId: null, startedAtMs: null };
  return type === "room.updated" ? { title: data.face.title } : undefined;
}

/** The rooms of a list as they stand now. */
export function roomsNow<Room extends Standing & Pick<RoomView, "id">>(
  rooms: readonly Room[],
  changes: RoomChanges,
): readonly Room[] {
  return rooms.map((room) => {
    const change = changes.get(room.id);
    return change === undefined ? room : Object.assign({}, room, change);
  });
}
