import { createHash } from "node:crypto";
import type { VolatileStore } from "@barrage/platform";
import { createExpiringMap } from "./expiring-map.ts";
import type { RoomPolicy } from "./room-policy.ts";

/** Who has shown that they know a private room's password. */
export interface Admissions {
  has(policy: RoomPolicy, userId: string): Promise<boolean>;
  add(policy: RoomPolicy, userId: string): Promise<void>;
}

const admittedForMs = 12 * 3_600_000;
const entriesMax = 50_000;

/**
 * An admission belongs to one password: changing it ends them all. Shared by all nodes through the volatile store, and
 * kept by this node too, for when the store is away. A lost admission costs its user the password once more.
 */
export function createAdmissions(deps: {
  readonly store: VolatileStore;
  readonly now: () => number;
}): Admissions {
  const known = createExpiringMap<true>({ entriesMax, now: deps.now });

  function keyOf({ roomId, passwordHash }: RoomPolicy, userId: string): string {
    // A digest of the hash, which is salted: it tells one password from the next and nothing else.
    const password = createHash("sha256")
      .update(passwordHash ?? "")
      .digest("hex")
      .slice(0, 16);
    return `admitted:${roomId}:${password}:${userId}`;
  }

  return {
    async has(policy, userId) {
      const key = keyOf(policy, userId);
      if (known.get(key) === true) return true;
      if ((await deps.store.get(key)) === null) return false;
      // For a moment only: the store knows when it ends.
      known.set(key, true, 60_000);
      return true;
    },
    async add(policy, userId) {
      const key = keyOf(policy, userId);
      known.set(key, true, admittedForMs);
      await deps.store.put(key, "1", admittedForMs);
    },
  };
}
