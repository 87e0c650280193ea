import { AppError } from "./app-error.ts";
import { isId } from "./id.ts";

/** How many streams share the rooms. One today; raising it needs one stream per partition and nothing else. */
export const partitionCount = 1;

/** The stable partition of a room: FNV-1a (Fowler, Noll, Vo; 32 bit) of its id, modulo the partitions. */
export function partitionOf(roomId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < roomId.length; index++) {
    hash = Math.imul(hash ^ roomId.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % partitionCount;
}

function checkedRoom(roomId: string): string {
  // Trust: whatever reaches a subject is checked here, or a "room id" of `*` would read every room.
  if (!isId(roomId)) throw new AppError("room_not_found");
  return `${partitionOf(roomId)}.${roomId}`;
}

/** The subject that a room's events are stored under. @throws AppError `room_not_found` for an impossible id. */
export function roomSubject(roomId: string): string {
  return `rooms.${checkedRoom(roomId)}`;
}

/** The subject that JetStream republishes a room's stored events to. @throws AppError `room_not_found`. */
export function liveSubject(roomId: string): string {
  return `live.${checkedRoom(roomId)}`;
}

/** The room id in a {@link roomSubject} or {@link liveSubject}, or undefined when it is neither. */
export function roomOfSubject(subject: string): string | undefined {
  const [head, partition, roomId, ...rest] = subject.split(".");
  if (rest.length > 0 || roomId === undefined || partition === undefined) return undefined;
  return (head === "rooms" || head === "live") && isId(roomId) ? roomId : undefined;
}

/** Everything that the room log stores. */
export const allRoomsSubject = "rooms.>";

/** Everything that the room log republishes. */
export const allLiveSubject = "live.>";
