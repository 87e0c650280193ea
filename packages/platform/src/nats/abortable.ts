import { toLogError } from "./log-call.ts";

/**
 * Waits for `work`, but no longer than until `signal` aborts. The work itself goes on; its late failure is swallowed.
 * @throws AppError `log_unavailable` on abort.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(toLogError(signal.reason));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
