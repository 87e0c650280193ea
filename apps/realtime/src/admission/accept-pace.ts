import { AppError } from "@barrage/protocol";
import type { Timers } from "../timers.ts";

interface AcceptPaceOptions {
  /** Asked for each who comes. */
  readonly acceptsPerSecond: () => number;
  /** Who would have to wait longer is told to come back instead. */
  readonly waitMsMax: number;
}

interface AcceptPaceDeps {
  readonly timers: Pick<Timers, "now" | "sleep">;
}

/** Lets a crowd in one after the other. */
export interface AcceptPace {
  /** Resolves when it is one's turn. @throws AppError `connections_exhausted` when that would take too long. */
  turn(): Promise<void>;
}

const burstMs = 250;

/**
 * A quarter of a second's worth come in at once, the others at an even pace: a node that is knocked at by all viewers
 * of another one goes on serving its own. The queue is bounded by pace and waiting time, and holds a timer each.
 */
export function createAcceptPace(
  { acceptsPerSecond, waitMsMax }: AcceptPaceOptions,
  { timers }: AcceptPaceDeps,
): AcceptPace {
  let nextMs = 0;
  return {
    async turn() {
      const nowMs = timers.now();
      const turnMs = Math.max(nextMs, nowMs - burstMs);
      const waitMs = turnMs - nowMs;
      if (waitMs > waitMsMax) throw new AppError("connections_exhausted");
      nextMs = turnMs + 1_000 / acceptsPerSecond();
      if (waitMs > 0) await timers.sleep(waitMs);
    },
  };
}
