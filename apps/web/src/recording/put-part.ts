import type { PartSize } from "@barrage/domain";
import { describeError } from "../lib/describe-error.ts";

/** What putting parts needs of the world. */
export interface PutPartDeps {
  /** Asks the api where to put a part. */
  readonly urlOf: (part: PartSize) => Promise<string>;
  /** Puts it there. @throws when the store did not take it */
  readonly put: (url: string, body: Blob, signal: AbortSignal) => Promise<void>;
  /** Waits, and ends early when aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of every failure and of the success after it. */
  readonly onStruggle: (struggling: boolean) => void;
}

const waitMsMax = 30_000;

/** Tries until it works: a connection that is gone for minutes costs nothing but time. */
export async function untilItWorks<Result>(
  work: () => Promise<Result>,
  deps: Pick<PutPartDeps, "sleep" | "onStruggle">,
  signal: AbortSignal,
): Promise<Result> {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    try {
      const result = await work();
      deps.onStruggle(false);
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (!describeError(error).retryable) throw error;
      deps.onStruggle(true);
      await deps.sleep(Math.min(waitMsMax, 1_000 * 2 ** failures), signal);
    }
  }
}

/**
 * Puts one part into the store, with a new URL at each try: an expired one is no reason to give up.
 * @throws the api's error when trying again can't help, or when aborted
 */
export function putPart(
  deps: PutPartDeps,
  part: { readonly number: number; readonly body: Blob },
  signal: AbortSignal,
): Promise<void> {
  const { number, body } = part;
  const attempt = async () => deps.put(await deps.urlOf({ number, bytes: body.size }), body, signal);
  return untilItWorks(attempt, deps, signal);
}
