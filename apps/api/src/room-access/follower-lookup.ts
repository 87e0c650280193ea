import { type Database, isFollowing } from "@barrage/db";
import { createStaleCache } from "@barrage/platform";
import { withDeadline } from "../deadline.ts";

/** Whether a user follows a host. */
export type FollowerLookup = (hostId: string, userId: string) => Promise<boolean>;

const ttlMs = 10_000;
const staleMs = 6 * 3_600_000;
/** A Postgres that does not even refuse holds a sender up this long, and then nobody for a while. */
const loadDeadlineMs = 1_500;
const retryMs = 5_000;
const pairsMax = 50_000;

/**
 * Looks followers up, and remembers them while Postgres is away. A "no" is never believed from memory: whoever was just
 * told to follow the host does so and tries again.
 */
export function createFollowerLookup(deps: {
  readonly database: Database;
  readonly now: () => number;
}): FollowerLookup {
  const cache = createStaleCache({
    ttlMs,
    staleMs,
    retryMs,
    entriesMax: pairsMax,
    now: deps.now,
    load(key) {
      const [followeeId = "", followerId = ""] = key.split(" ");
      return withDeadline(isFollowing(deps.database.orm, { followerId, followeeId }), loadDeadlineMs);
    },
  });
  return async (hostId, userId) => {
    const key = `${hostId} ${userId}`;
    return (await cache.get(key)) || cache.refresh(key);
  };
}
