import { type BucketFullAtUs, type BucketRule, takeFromBucket } from "@barrage/domain";

interface LocalBucketsOptions {
  /** Beyond it the bucket that was used longest ago is forgotten, and so is full again. */
  readonly bucketsMax: number;
  readonly nowMs: () => number;
}

const usPerMs = 1_000;

/** Token buckets in this process' memory, bounded. */
export function createLocalBuckets({ bucketsMax, nowMs }: LocalBucketsOptions) {
  // In the order of their last use: a Map keeps insertion order.
  const buckets = new Map<string, BucketFullAtUs>();
  return {
    take(key: string, rule: BucketRule) {
      const nowUs = Math.round(nowMs() * usPerMs);
      const { allowed, retryAfterMs, fullAtUs } = takeFromBucket({ rule, fullAtUs: buckets.get(key), nowUs });
      buckets.delete(key);
      buckets.set(key, fullAtUs);
      const [oldest] = buckets.keys();
      if (buckets.size > bucketsMax && oldest !== undefined) buckets.delete(oldest);
      return { allowed, retryAfterMs };
    },
  };
}
