import { describeError } from "./describe-error.ts";

/** What the last answers of the api said about it. */
export type Health = "ok" | "database_down" | "unreachable";

/** Watches answers go by and tells whether accounts and rooms can be reached; the banner shows it. */
export interface ServiceHealth {
  readonly get: () => Health;
  readonly subscribe: (onChange: () => void) => () => void;
  readonly onSuccess: () => void;
  readonly onError: (error: unknown) => void;
}

export function createServiceHealth(): ServiceHealth {
  const listeners = new Set<() => void>();
  let health: Health = "ok";
  const become = (next: Health) => {
    if (next === health) return;
    health = next;
    for (const listener of listeners) listener();
  };
  return {
    get: () => health,
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    onSuccess: () => become("ok"),
    onError: (error) => {
      const { code } = describeError(error);
      if (code === "database_unavailable") become("database_down");
      else if (code === "unreachable") become("unreachable");
      // Any other error is an answer of a server that is well enough to give it, but says nothing about Postgres.
      else if (health === "unreachable") become("ok");
    },
  };
}
