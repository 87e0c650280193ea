/** Calls `work` every `periodMs` until `signal` aborts; the first time after one period, and never two at once. */
export async function every(periodMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (;;) {
    await pause(periodMs, signal);
    if (signal.aborted) return;
    await work();
  }
}

/** Waits, but no longer than until `signal` aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const ended = Promise.withResolvers<void>();
  const onEnd = (): void => ended.resolve();
  const timer = setTimeout(onEnd, ms);
  signal.addEventListener("abort", onEnd, { once: true });
  await ended.promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", onEnd);
}
