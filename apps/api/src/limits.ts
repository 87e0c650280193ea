import type { BucketRule } from "@barrage/domain";
import type { RateLimiter } from "@barrage/platform";
import { AppError } from "@barrage/protocol";

/** The limits of the account procedures, as token buckets. */
export interface LimitRules {
  /** By address. */
  readonly register: BucketRule;
  /** By address, whatever the names. */
  readonly loginByAddress: BucketRule;
  /** By name, whatever the addresses; right and wrong passwords alike, so that the limit tells nothing. */
  readonly loginByName: BucketRule;
  /** By user. */
  readonly changePassword: BucketRule;
  /** By user; follows and unfollows together. */
  readonly follow: BucketRule;
}

/** Counts what callers do, and stops them when it is too much. */
export interface Limits {
  /** Counts one. @throws AppError `rate_limited` with the time to wait */
  take(rule: keyof LimitRules, subject: string): Promise<void>;
}

const minuteMs = 60_000;

/** A bucket that lets `count` pass in each `periodMs`, all at once if need be. */
const evenly = (count: number, periodMs: number): BucketRule => ({
  capacity: count,
  refillMs: periodMs / count,
});

/** The rules for what an operator may set. */
export function limitRules(config: {
  readonly registersPerHour: number;
  readonly loginsPerMinute: number;
  readonly loginsPerMinuteAndName: number;
}): LimitRules {
  return {
    register: evenly(config.registersPerHour, 60 * minuteMs),
    loginByAddress: evenly(config.loginsPerMinute, minuteMs),
    loginByName: evenly(config.loginsPerMinuteAndName, minuteMs),
    changePassword: evenly(10, minuteMs),
    follow: evenly(60, minuteMs),
  };
}

/** Makes the limits. While Redis is down, each node counts for itself: the limiter sees to it. */
export function createLimits(deps: {
  readonly rateLimiter: RateLimiter;
  /** Asked with each call: an operator may change them while people come and go. */
  readonly rules: () => LimitRules;
}): Limits {
  return {
    async take(rule, subject) {
      const verdict = await deps.rateLimiter.take(`${rule}:${subject}`, deps.rules()[rule]);
      if (!verdict.allowed) throw new AppError("rate_limited", { retryAfterMs: verdict.retryAfterMs });
    },
  };
}
