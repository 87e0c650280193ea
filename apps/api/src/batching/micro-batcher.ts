import { AppError } from "@barrage/protocol";

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
}

/** Gathers single calls into batches. */
export interface MicroBatcher<Item, Result> {
  /** Resolves with the item's own result. @throws what its batch threw; AppError `rate_limited` when too many wait */
  add(item: Item): Promise<Result>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly result: PromiseWithResolvers<Result>;
}

/** Makes the batcher. Its one timer runs only while somebody waits, so there is nothing to close. */
export function createMicroBatcher<Item, Result>(
  options: MicroBatcherOptions<Item, Result>,
): MicroBatcher<Item, Result> {
  const { run, windowMs, batchMax, runningMax, waitingMax } = options;
  const waiting: Waiting<Item, Result>[] = [];
  let running = 0;
  let timerSet = false;

  async function runBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    running += 1;
    try {
      const results = await run(batch.map(({ item }) => item));
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
    while (running < runningMax && waiting.length > 0) {
      void runBatch(waiting.splice(0, batchMax));
    }
  }

  return {
    add(item) {
      if (waiting.length >= waitingMax) throw new AppError("rate_limited", { retryAfterMs: 1_000 });
      const result = Promise.withResolvers<Result>();
      waiting.push({ item, result });
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
