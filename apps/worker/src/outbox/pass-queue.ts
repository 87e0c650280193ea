import { sleepUnlessAborted } from "@barrage/platform";

interface PassQueueOptions {
  /** One pass over everything there is to do; says how much that was. */
  readonly pass: () => Promise<number>;
  /** A pass is made at least this often. */
  readonly pollMs: number;
  /** After a failed pass: the first delay, doubled each time up to the most. */
  readonly retryMs: { readonly first: number; readonly max: number };
  readonly onError: (error: unknown) => void;
}

/** Makes passes one at a time, on request and by itself. */
export interface PassQueue {
  /**
   * Resolves after a pass that began after this call. Everyone who asks during one pass shares the next.
   * @throws what that pass threw, or an error when the queue ended.
   */
  request(): Promise<number>;
  /** Works until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface NextPass {
  readonly result: PromiseWithResolvers<number>;
  readonly wake: AbortController;
}

function nextPass(): NextPass {
  const result = Promise.withResolvers<number>();
  // Often nobody waits for it.
  result.promise.catch(() => undefined);
  return { result, wake: new AbortController() };
}

/** See {@link PassQueue}. However many ask, it holds one promise. */
export function createPassQueue({ pass, pollMs, retryMs, onError }: PassQueueOptions): PassQueue {
  let next = nextPass();

  async function onePass(current: NextPass): Promise<boolean> {
    try {
      current.result.resolve(await pass());
      return true;
    } catch (error) {
      onError(error);
      current.result.reject(error);
      return false;
    }
  }

  return {
    request() {
      next.wake.abort();
      return next.result.promise;
    },
    async run(signal) {
      let delayMs = retryMs.first;
      while (!signal.aborted) {
        const current = next;
        next = nextPass();
        if (await onePass(current)) {
          delayMs = retryMs.first;
          await sleepUnlessAborted(pollMs, AbortSignal.any([signal, next.wake.signal]));
        } else {
          // Requests do not shorten it: what is down is left in peace.
          await sleepUnlessAborted(delayMs, signal);
          delayMs = Math.min(delayMs * 2, retryMs.max);
        }
      }
      next.result.reject(new Error("the relay has ended"));
    },
  };
}
