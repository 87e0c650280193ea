import { AppError } from "@barrage/protocol";

/** Lets a bounded number of callers work at once; the others wait in line, up to a bound. */
export interface Semaphore {
  /** Runs `work` when there is room. @throws AppError `log_unavailable` when the line is full or `signal` aborts. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

interface SemaphoreOptions {
  readonly concurrencyMax: number;
  readonly waitingMax: number;
}

interface Waiter {
  readonly admit: () => void;
}

/** First come, first served. */
export function createSemaphore({ concurrencyMax, waitingMax }: SemaphoreOptions): Semaphore {
  const waiting = new Set<Waiter>();
  let running = 0;

  async function enter(signal: AbortSignal): Promise<void> {
    if (running < concurrencyMax) {
      running++;
      return;
    }
    if (waiting.size >= waitingMax) throw busy("too many are waiting");
    const turn = Promise.withResolvers<void>();
    const waiter: Waiter = { admit: turn.resolve };
    const onAbort = (): void => {
      // Once admitted it is no longer in line, and the abort comes too late to matter here.
      if (waiting.delete(waiter)) turn.reject(busy(signal.reason));
    };
    waiting.add(waiter);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  function leave(): void {
    const [next] = waiting;
    if (next === undefined) {
      running--;
      return;
    }
    waiting.delete(next);
    next.admit();
  }

  return {
    async run(work, signal) {
      await enter(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

function busy(cause: unknown): AppError {
  return new AppError("log_unavailable", { cause, retryAfterMs: 1_000 });
}
