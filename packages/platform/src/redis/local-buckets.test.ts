import { expect, test } from "bun:test";
import { createLocalBuckets } from "./local-buckets.ts";

test("keeps no more buckets than its bound, and forgets the ones unused longest", () => {
  const local = createLocalBuckets({ bucketsMax: 2, nowMs: () => 1_700_000_000_000 });
  const rule = { capacity: 1, refillMs: 1_000 };
  expect(local.take("a", rule).allowed).toBe(true);
  expect(local.take("b", rule).allowed).toBe(true);
  expect(local.take("a", rule).allowed).toBe(false);
  expect(local.take("c", rule).allowed).toBe(true);
  expect(local.take("a", rule).allowed).toBe(false);
  expect(local.take("b", rule).allowed).toBe(true);
});
