/** Waits, but no longer than until `signal` aborts. Never throws. */
export async function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const ended = Promise.withResolvers<void>();
  const onEnd = (): void => ended.resolve();
  const timer = setTimeout(onEnd, ms);
  signal.addEventListener("abort", onEnd, { once: true });
  await ended.promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", onEnd);
}
