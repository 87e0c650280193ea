import { z } from "zod";
import type { RedisLink } from "./create-redis.ts";

/**
 * Values that all processes share and that may be lost at any time. It never throws: a store that can't be reached is an
 * empty one, and whoever uses it must be right, if slower or stricter, when it is empty. Keys are made of ids.
 */
export interface VolatileStore {
  /** Null: there is none, or it can't be had. */
  get(key: string): Promise<string | null>;
  put(key: string, value: string, ttlMs: number): Promise<void>;
  /** Puts a value where none is. @returns the value that is there already; null when ours was put or nothing can be */
  putIfAbsent(key: string, value: string, ttlMs: number): Promise<string | null>;
  /** Removes a key if it still has this value. */
  remove(key: string, value: string): Promise<void>;
}

// `SET … NX GET` would do, but only since Redis 7.
const putIfAbsentScript = `
local found = redis.call("GET", KEYS[1])
if found then return found end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return false
`;
const removeScript = `
if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end
return 0
`;
const foundSchema = z.string().nullable();

/** The store over Redis. It belongs to the link, and needs no closing of its own. */
export function createVolatileStore(redis: RedisLink): VolatileStore {
  const keyOf = (key: string) => `volatile:${key}`;
  // Redis takes no time to live below a millisecond.
  const lifeOf = (ttlMs: number) => Math.max(1, Math.ceil(ttlMs));
  return {
    get: async (key) => (await redis.run((client) => client.get(keyOf(key)))) ?? null,
    async put(key, value, ttlMs) {
      await redis.run((client) => client.set(keyOf(key), value, "PX", lifeOf(ttlMs)));
    },
    async putIfAbsent(key, value, ttlMs) {
      const found = await redis.run((client) =>
        client.eval(putIfAbsentScript, 1, keyOf(key), value, lifeOf(ttlMs)),
      );
      return foundSchema.parse(found ?? null);
    },
    async remove(key, value) {
      await redis.run((client) => client.eval(removeScript, 1, keyOf(key), value));
    },
  };
}
