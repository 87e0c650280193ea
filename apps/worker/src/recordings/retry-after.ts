const firstMs = 2_000;
const lastMs = 5 * 60_000;

/** How long to wait after so many failures before this one: twice as long each time, five minutes at most. */
export function retryAfterMs(attempts: number): number {
  return Math.min(lastMs, firstMs * 2 ** Math.min(attempts, 20));
}
