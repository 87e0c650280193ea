import { sleepUnlessAborted } from "@barrage/platform";

/** Calls `work` every `periodMs` until `signal` aborts; the first time after one period, and never two at once. */
export async function every(periodMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (;;) {
    await sleepUnlessAborted(periodMs, signal);
    if (signal.aborted) return;
    await work();
  }
}
