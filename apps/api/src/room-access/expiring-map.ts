/** A bounded map whose entries end by themselves. Full, it forgets what was set the longest ago. */
export interface ExpiringMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value, ttlMs: number): void;
  delete(key: string): void;
}

/** Makes the map. Nothing runs in the background, so there is nothing to close. */
export function createExpiringMap<Value>(options: {
  readonly entriesMax: number;
  readonly now: () => number;
}): ExpiringMap<Value> {
  const entries = new Map<string, { readonly value: Value; readonly untilMs: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined || entry.untilMs > options.now()) return entry?.value;
      entries.delete(key);
      return undefined;
    },
    set(key, value, ttlMs) {
      entries.delete(key);
      const [oldest] = entries.keys();
      if (entries.size >= options.entriesMax && oldest !== undefined) entries.delete(oldest);
      entries.set(key, { value, untilMs: options.now() + ttlMs });
    },
    delete: (key) => void entries.delete(key),
  };
}
