import { AppError } from "@barrage/protocol";
import { withDeadline } from "../deadline.ts";

interface MicroBatcherOptions<Item, Result> {
  /** Works on a batch; answers in its order. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** How long the first of a batch waits for company. */
  readonly windowMs: number;
  readonly batchMax: number;
  /** Batches under way at a time; what comes meanwhile waits, and goes together. */
  readonly runningMax: number;
  /** One more is turned away. */
  readonly waitingMax: number;
  /** What is said to that one. */
  readonly whenFull: "rate_limited" | "database_unavailable";
  /**
   * A batch that takes longer fails its callers and makes room for the next; it may still come to its end unseen. An
   * item that has waited longer for its turn is dropped: its caller has given up, or will try again.
   */
  readonly deadlineMs: number;
}

/** Gathers single calls into batches. */
export interface MicroBatcher<Item, Result> {
  /**
   * Resolves with the item's own result.
   * @throws what its batch threw; AppError `database_unavailable` when the time is up; `whenFull` when too many wait
   */
  add(item: Item): Promise<Result>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly result: PromiseWithResolvers<Result>;
  readonly sinceMs: number;
}

const retryAfterMs = 2_000;

/** They came in this order, so those that have waited too long stand in front. */
function dropLate<Item, Result>(waiting: Waiting<Item, Result>[], deadlineMs: number): void {
  const nowMs = performance.now();
  const onTime = waiting.findIndex(({ sinceMs }) => nowMs - sinceMs < deadlineMs);
  const late = waiting.splice(0, onTime === -1 ? waiting.length : onTime);
  for (const { result } of late) result.reject(new AppError("database_unavailable", { retryAfterMs }));
}

/** Makes the batcher. Its one timer runs only while somebody waits, so there is nothing to close. */
export function createMicroBatcher<Item, Result>(
  options: MicroBatcherOptions<Item, Result>,
): MicroBatcher<Item, Result> {
  const { run, windowMs, batchMax, runningMax, waitingMax, whenFull, deadlineMs } = options;
  const waiting: Waiting<Item, Result>[] = [];
  let running = 0;
  let timerSet = false;

  async function runBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    running += 1;
    try {
      const results = await withDeadline(run(batch.map(({ item }) => item)), deadlineMs);
      for (const [index, { result }] of batch.entries()) {
        const own = results[index];
        if (own === undefined) result.reject(new Error("a batch has fewer results than items"));
        else result.resolve(own);
      }
    } catch (error) {
      for (const { result } of batch) result.reject(error);
    } finally {
      running -= 1;
      flush();
    }
  }

  function flush(): void {
    if (timerSet) return;
    dropLate(waiting, deadlineMs);
    while (running < runningMax && waiting.length > 0) {
      void runBatch(waiting.splice(0, batchMax));
    }
  }

  return {
    add(item) {
      if (waiting.length >= waitingMax) throw new AppError(whenFull, { retryAfterMs });
      const result = Promise.withResolvers<Result>();
      waiting.push({ item, result, sinceMs: performance.now() });
      if (!timerSet && waiting.length === 1) {
        timerSet = true;
        setTimeout(() => {
          timerSet = false;
          flush();
        }, windowMs);
      }
      return result.promise;
    },
  };
}
