/** How a wait is drawn. */
export interface BackoffInput {
  /** Failures in a row before this one. */
  readonly failures: number;
  readonly baseMs: number;
  readonly capMs: number;
  /** The server's wish; the wait is never shorter. */
  readonly floorMs: number;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Full jitter (Marc Brooker, "Exponential Backoff and Jitter", AWS 2015): uniform between 0 and a doubling, capped
 * range, on top of what the server asked for. A thousand viewers that lost one node spread over the whole range
 * instead of coming back in waves.
 */
export function backoffMs({ failures, baseMs, capMs, floorMs, random }: BackoffInput): number {
  const rangeMs = Math.min(capMs, baseMs * 2 ** Math.min(failures, 30));
  return floorMs + Math.floor(random * rangeMs);
}
