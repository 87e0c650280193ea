/**
 * Values that all api nodes share and that may be lost at any time (Redis). It never throws: a store that can't be
 * reached is an empty one, and whoever uses it must be right, if slower or stricter, when it is empty.
 */
export interface VolatileStore {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, ttlMs: number): Promise<void>;
  /** Puts a value where none is. @returns the value that is there already; null when ours was put (or nothing can be) */
  putIfAbsent(key: string, value: string, ttlMs: number): Promise<string | null>;
  /** Removes a key, if it still has this value. */
  remove(key: string, value: string): Promise<void>;
}
