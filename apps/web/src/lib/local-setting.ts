import type { z } from "zod";

/** One value kept in the browser's local storage under `barrage.<name>`, checked whenever it is read. */
export interface LocalSetting<Value> {
  /** The stored value, or the fallback when there is none or it is not one that we wrote. */
  readonly get: () => Value;
  /** Stores and tells everybody who subscribed. Where storage is refused (private mode), it lasts as long as the page. */
  readonly set: (value: Value) => void;
  /** Calls back on each change, also by another tab. Returns the way to stop. */
  readonly subscribe: (onChange: () => void) => () => void;
}

interface LocalSettingOptions<Value> {
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  readonly fallback: Value;
}

export function createLocalSetting<Value>(options: LocalSettingOptions<Value>): LocalSetting<Value> {
  const key = `barrage.${options.name}`;
  const listeners = new Set<() => void>();
  let value = read(key, options);

  const onStorage = (event: StorageEvent) => {
    if (event.key !== key) return;
    value = read(key, options);
    for (const listener of listeners) listener();
  };

  return {
    get: () => value,
    set: (next) => {
      value = next;
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Storage is full or refused: the value still holds for this page.
      }
      for (const listener of listeners) listener();
    },
    subscribe: (onChange) => {
      if (listeners.size === 0) window.addEventListener("storage", onStorage);
      listeners.add(onChange);
      return () => {
        listeners.delete(onChange);
        if (listeners.size === 0) window.removeEventListener("storage", onStorage);
      };
    },
  };
}

function read<Value>(key: string, { schema, fallback }: LocalSettingOptions<Value>): Value {
  try {
    const parsed = schema.safeParse(JSON.parse(localStorage.getItem(key) ?? "null"));
    return parsed.success ? parsed.data : fallback;
  } catch {
    return fallback;
  }
}
