import { type Database, findRoomPolicy } from "@barrage/db";
import { createStaleCache } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { withDeadline } from "../deadline.ts";
import { type RoomPolicy, toRoomPolicy } from "./room-policy.ts";

/** What rooms allow, answered from memory, so that a live room goes on while Postgres can't be asked. */
export interface RoomPolicies {
  /** @throws AppError `room_not_found`; `database_unavailable` when it is not in memory either */
  get(roomId: string): Promise<RoomPolicy>;
  /**
   * The policy as it is now, or as good as it can be had. Ask it before refusing somebody: another node may have
   * changed the room a moment ago (started it, lifted a mute), and its word may still be on the way.
   */
  refreshed(roomId: string): Promise<RoomPolicy>;
  /** Forgets a room that was changed. */
  forget(roomId: string): void;
}

/** Other nodes' changes are told over the bus, which may lose a word: then they count from here on. */
const ttlMs = 3_000;
/** So long does a room go on without Postgres. */
const staleMs = 6 * 3_600_000;
/** A Postgres that does not even refuse holds a sender up this long, and then nobody for a while. */
const loadDeadlineMs = 1_500;
const retryMs = 5_000;
const roomsMax = 10_000;
/** Refusals make Postgres work at most this often per room: five times a second. */
const freshForMs = 200;

/** Makes the policies. They hold nothing that has to be closed. */
export function createRoomPolicies(deps: {
  readonly database: Database;
  readonly now: () => number;
}): RoomPolicies {
  const { database, now } = deps;
  const cache = createStaleCache({
    ttlMs,
    staleMs,
    retryMs,
    entriesMax: roomsMax,
    now,
    async load(roomId) {
      const loadedAtMs = now();
      const row = await withDeadline(findRoomPolicy(database.orm, roomId), loadDeadlineMs);
      // Undefined is an answer too. Thrown, "there is no such room" would look like Postgres being away, and a deleted
      // room would live on in the cache.
      return { policy: row && toRoomPolicy(row), loadedAtMs };
    },
  });

  async function refreshed(roomId: string): Promise<RoomPolicy> {
    const known = await cache.get(roomId);
    const { policy } = now() - known.loadedAtMs < freshForMs ? known : await cache.refresh(roomId);
    if (policy === undefined) throw new AppError("room_not_found");
    return policy;
  }

  return {
    get: async (roomId) => (await cache.get(roomId)).policy ?? refreshed(roomId),
    refreshed,
    forget: (roomId) => cache.invalidate(roomId),
  };
}
