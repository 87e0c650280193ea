interface StaleCacheOptions<Value> {
  /** A value is served without asking again for this long. */
  readonly ttlMs: number;
  /** While `load` fails, an older value is served until it is this old. */
  readonly staleMs: number;
  /** Beyond it, the entry that was used longest ago is dropped. */
  readonly entriesMax: number;
  readonly load: (key: string) => Promise<Value>;
  /** True for failures that a stale value may hide, such as a database that is down. All, when left out. */
  readonly mayServeStale?: (error: unknown) => boolean;
  /** After a failed load, the stale value is served for this long before the next try. */
  readonly retryMs?: number;
  readonly now?: () => number;
}

/** A cache that goes on with what it knows while its source is down. */
export interface StaleCache<Value> {
  /** The cached or loaded value; one load per key at a time. @throws what `load` throws when nothing fits. */
  get(key: string): Promise<Value>;
  /** Loads a key now, however fresh it is; what is known stays, and is the answer while `load` fails. */
  refresh(key: string): Promise<Value>;
  /** Forgets a key, also for loads under way: whoever asks next loads. */
  invalidate(key: string): void;
  /** Forgets every key whose value matches. */
  invalidateWhere(matches: (value: Value, key: string) => boolean): void;
}

interface Entry<Value> {
  readonly value: Value;
  readonly loadedAtMs: number;
  readonly freshUntilMs: number;
}

const defaultRetryMs = 1_000;

/** Bounded by `entriesMax`, least recently used first out. Values are shared: treat them as frozen. */
export function createStaleCache<Value>(options: StaleCacheOptions<Value>): StaleCache<Value> {
  const { ttlMs, staleMs, entriesMax, load } = options;
  const { now = Date.now, retryMs = defaultRetryMs, mayServeStale = () => true } = options;
  // A Map keeps insertion order: re-inserting on use makes its first key the least recently used.
  const entries = new Map<string, Entry<Value>>();
  const loads = new Map<string, Promise<Value>>();

  function keep(key: string, entry: Entry<Value>): void {
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > entriesMax && oldest !== undefined) entries.delete(oldest);
  }

  async function loadInto(key: string, isCurrent: () => boolean): Promise<Value> {
    try {
      const value = await load(key);
      const loadedAtMs = now();
      if (isCurrent()) keep(key, { value, loadedAtMs, freshUntilMs: loadedAtMs + ttlMs });
      return value;
    } catch (error) {
      const known = entries.get(key);
      if (known === undefined || now() - known.loadedAtMs > staleMs || !mayServeStale(error)) throw error;
      keep(key, { ...known, freshUntilMs: now() + retryMs });
      return known.value;
    }
  }

  function startLoad(key: string): Promise<Value> {
    const loading: Promise<Value> = loadInto(key, () => loads.get(key) === loading).finally(() => {
      if (loads.get(key) === loading) loads.delete(key);
    });
    loads.set(key, loading);
    return loading;
  }

  return {
    async get(key) {
      const known = entries.get(key);
      if (known === undefined || now() >= known.freshUntilMs) return await (loads.get(key) ?? startLoad(key));
      keep(key, known);
      return known.value;
    },
    refresh: (key) => startLoad(key),
    invalidate(key) {
      entries.delete(key);
      loads.delete(key);
    },
    invalidateWhere(matches) {
      for (const [key, { value }] of entries) if (matches(value, key)) entries.delete(key);
      // A load under way may bring such a value from before.
      loads.clear();
    },
  };
}
