import { createHash } from "node:crypto";
import { AppError } from "@barrage/protocol";

/** At most `count` in each `perMs`, as a bucket: `count` at once, refilled evenly. */
export interface LimitRule {
  readonly count: number;
  readonly perMs: number;
}

/** The limits of the account procedures. */
export interface LimitRules {
  /** By address. */
  readonly register: LimitRule;
  /** By address, whatever the names. */
  readonly loginByAddress: LimitRule;
  /** By name, whatever the addresses; right and wrong passwords alike, so that the limit tells nothing. */
  readonly loginByName: LimitRule;
  /** By user. */
  readonly changePassword: LimitRule;
  /** By user; follows and unfollows together. */
  readonly follow: LimitRule;
}

/** Counts what callers do, and stops them when it is too much. */
export interface Limits {
  /** Counts one. @throws AppError `rate_limited` with the time to wait */
  take(rule: keyof LimitRules, subject: string): Promise<void>;
}
