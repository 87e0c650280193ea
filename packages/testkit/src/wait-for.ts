export interface WaitForOptions {
  /** 5 s when left out. */
  readonly deadlineMs?: number;
  /** Named in the error. */
  readonly what?: string;
}

type Falsy = false | null | undefined | 0 | "";

/**
 * Waits until the condition holds and returns what it returned. A condition that throws has not held yet.
 * Tests wait for conditions with this and never for time.
 * @throws Error after the deadline, with the condition's own last error as its cause.
 */
export async function waitFor<T>(
  condition: () => T | Falsy | Promise<T | Falsy>,
  { deadlineMs = 5_000, what = "the condition" }: WaitForOptions = {},
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 25)) {
    let cause: unknown;
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline)
      throw new Error(`${what} did not hold within ${deadlineMs} ms`, { cause });
    await Bun.sleep(pauseMs);
  }
}
