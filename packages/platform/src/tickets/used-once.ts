import type { RedisLink } from "../redis/create-redis.ts";

interface UsedOnceOptions {
  readonly redis: RedisLink;
  /** An id can't come again after this time, so it need not be remembered longer. */
  readonly lifeMs: number;
  /** Bound of the local memory. When it is full of ids that still live, new ones are refused. */
  readonly entriesMax: number;
  readonly now: () => number;
}

/** Lets each id pass once. */
export function createUsedOnce({ redis, lifeMs, entriesMax, now }: UsedOnceOptions) {
  // In the order of expiry, as all live equally long.
  const usedHere = new Map<string, number>();

  function claimHere(id: string): boolean {
    const nowMs = now();
    for (const [old, expiresAtMs] of usedHere) {
      if (expiresAtMs > nowMs) break;
      usedHere.delete(old);
    }
    if (usedHere.has(id) || usedHere.size >= entriesMax) return false;
    usedHere.set(id, nowMs + lifeMs);
    return true;
  }

  return {
    /** @param id one of `newId`, safe in a key. @returns true the first time. */
    async claim(id: string): Promise<boolean> {
      // Here first and always: what was used here while Redis was down is not good again when it comes back.
      if (!claimHere(id)) return false;
      const inRedis = await redis.run(
        async (client) => (await client.set(`ticket:${id}`, "1", "PX", lifeMs, "NX")) === "OK",
      );
      return inRedis ?? true;
    },
  };
}
