/** How often something may happen: `capacity` at once, then one every `refillMs`. */
export interface BucketRule {
  readonly capacity: number;
  readonly refillMs: number;
}

/** What is kept of a bucket: the moment, in microseconds, at which it will be full again. */
export type BucketFullAtUs = number;

interface BucketTake {
  readonly rule: BucketRule;
  /** Undefined for a bucket that was never used, which is full. */
  readonly fullAtUs: BucketFullAtUs | undefined;
  readonly nowUs: number;
  /** How many tokens are asked for; more than `capacity` are never given. */
  readonly cost?: number;
}

interface BucketAnswer {
  readonly allowed: boolean;
  /** 0 when allowed; else when the same could succeed. */
  readonly retryAfterMs: number;
  /** What to keep; unchanged when refused. */
  readonly fullAtUs: BucketFullAtUs;
}

const usPerMs = 1_000;

/**
 * Takes tokens from a bucket: the generic cell rate algorithm (ITU-T I.371), which is a token bucket that remembers one
 * number. In whole microseconds, so that every implementation of it (the Lua script in Redis) gives the same answers.
 */
export function takeFromBucket({ rule, fullAtUs, nowUs, cost = 1 }: BucketTake): BucketAnswer {
  const tokenUs = Math.round(rule.refillMs * usPerMs);
  const nextFullAtUs = Math.max(fullAtUs ?? 0, nowUs) + cost * tokenUs;
  const waitUs = nextFullAtUs - rule.capacity * tokenUs - nowUs;
  if (waitUs <= 0) return { allowed: true, retryAfterMs: 0, fullAtUs: nextFullAtUs };
  return { allowed: false, retryAfterMs: Math.ceil(waitUs / usPerMs), fullAtUs: fullAtUs ?? nowUs };
}
