import { describe, expect, test } from "bun:test";
import { type BucketFullAtUs, takeFromBucket } from "./token-bucket.ts";

const rule = { capacity: 3, refillMs: 1_000 };
const startUs = 1_700_000_000_000_000;

describe("token bucket", () => {
  test("gives a full bucket at once, then one token per refill time", () => {
    let fullAtUs: BucketFullAtUs | undefined;
    const allowedAtMs: number[] = [];
    for (let atMs = 0; atMs <= 5_000; atMs += 50) {
      const answer = takeFromBucket({ rule, fullAtUs, nowUs: startUs + atMs * 1_000 });
      if (answer.allowed) allowedAtMs.push(atMs);
      fullAtUs = answer.fullAtUs;
    }
    expect(allowedAtMs).toEqual([0, 50, 100, 1_000, 2_000, 3_000, 4_000, 5_000]);
  });

  test("says exactly when to come back, and keeps its word", () => {
    let fullAtUs: BucketFullAtUs | undefined;
    for (let taken = 0; taken < 3; taken++) {
      fullAtUs = takeFromBucket({ rule, fullAtUs, nowUs: startUs }).fullAtUs;
    }
    const refused = takeFromBucket({ rule, fullAtUs, nowUs: startUs + 400_300 });
    expect(refused).toEqual({ allowed: false, retryAfterMs: 600, fullAtUs: startUs + 3_000_000 });
    const later = startUs + 400_300 + refused.retryAfterMs * 1_000;
    expect(takeFromBucket({ rule, fullAtUs, nowUs: later }).allowed).toBe(true);
    expect(takeFromBucket({ rule, fullAtUs, nowUs: later - 1_000 }).allowed).toBe(false);
  });

  test("a refusal costs nothing", () => {
    const fullAtUs = startUs + 3_000_000;
    expect(takeFromBucket({ rule, fullAtUs, nowUs: startUs }).fullAtUs).toBe(fullAtUs);
  });

  test("never gives more than the capacity, however long it rested, nor at once", () => {
    expect(takeFromBucket({ rule, fullAtUs: startUs, nowUs: startUs * 2, cost: 3 }).allowed).toBe(true);
    expect(takeFromBucket({ rule, fullAtUs: startUs, nowUs: startUs * 2, cost: 4 }).allowed).toBe(false);
  });

  test("a clock that jumps back refuses at most what was really used", () => {
    const used = takeFromBucket({ rule, fullAtUs: undefined, nowUs: startUs }).fullAtUs;
    const back = takeFromBucket({ rule, fullAtUs: used, nowUs: startUs - 10_000_000 });
    expect(back).toMatchObject({ allowed: false, retryAfterMs: 9_000 });
  });
});
