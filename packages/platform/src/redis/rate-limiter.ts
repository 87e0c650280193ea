import type { BucketRule } from "@barrage/domain";
import { z } from "zod";
import { bucketScript } from "./bucket-script.ts";
import type { RedisLink } from "./create-redis.ts";
import { createLocalBuckets } from "./local-buckets.ts";

interface RateLimiterDeps {
  readonly redis: RedisLink;
  /** At most so many buckets are kept here while Redis is down. */
  readonly localBucketsMax?: number;
}

/** Whether something may happen now, and if not, when. */
export interface RateVerdict {
  readonly allowed: boolean;
  /** 0 when allowed. */
  readonly retryAfterMs: number;
}

/** Limits how often things happen, over all processes; while Redis is down, in each process for itself. */
export interface RateLimiter {
  /**
   * Takes a token of the bucket `key` (what is limited and for whom, as `send:<userId>`; any text). Never throws, and
   * answers within the command deadline of Redis.
   */
  take(key: string, rule: BucketRule): Promise<RateVerdict>;
}

const replySchema = z.tuple([z.union([z.literal(0), z.literal(1)]), z.number(), z.string()]);
const plainKey = /^[\w:.-]{1,100}$/;
const usPerMs = 1_000;

/** Token buckets in Redis, by its clock, in one script. */
export function createRateLimiter({ redis, localBucketsMax = 50_000 }: RateLimiterDeps): RateLimiter {
  const local = createLocalBuckets({ bucketsMax: localBucketsMax, nowMs: Date.now });
  return {
    async take(key, rule) {
      const verdict = await redis.run(async (client) => {
        const token = Math.round(rule.refillMs * usPerMs);
        const reply = await client.eval(bucketScript, 1, bucketKey(key), token, rule.capacity, 1);
        const [allowed, retryAfterMs] = replySchema.parse(reply);
        return { allowed: allowed === 1, retryAfterMs };
      });
      return verdict ?? local.take(key, rule);
    },
  };
}

/** User text (a name, an address) is hashed unless it is harmless as it stands. */
function bucketKey(key: string): string {
  return `bucket:${plainKey.test(key) ? key : `sha256:${new Bun.CryptoHasher("sha256").update(key).digest("hex")}`}`;
}
