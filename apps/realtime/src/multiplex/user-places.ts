import type { ConnectionLimits, Place } from "../admission/connection-limits.ts";

/**
 * The places of users on one connection: whoever follows several rooms by it has one connection, and takes one place.
 * @returns what takes a place for a room's viewer, as {@link ConnectionLimits.takeForUser}.
 */
export function createUserPlaces(
  takeForUser: ConnectionLimits["takeForUser"],
): ConnectionLimits["takeForUser"] {
  const places = new Map<string, { rooms: number; readonly place: Place }>();
  return (userId) => {
    const shared = places.get(userId) ?? { rooms: 0, place: takeForUser(userId) };
    shared.rooms += 1;
    places.set(userId, shared);
    let isHeld = true;
    return {
      release() {
        if (!isHeld) return;
        isHeld = false;
        shared.rooms -= 1;
        if (shared.rooms > 0) return;
        places.delete(userId);
        shared.place.release();
      },
    };
  };
}
