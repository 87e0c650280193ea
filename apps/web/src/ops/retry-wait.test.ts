import { expect, test } from "bun:test";
import { retryWaitMs } from "./retry-wait.ts";

test("waits grow with the failures up to half a minute, and are never shorter than a second", () => {
  const longest = [1, 2, 3, 6, 1_000].map((failures) => retryWaitMs(failures, 0.999_999));
  expect(longest).toEqual([2_999, 4_999, 8_999, 30_999, 30_999]);
  expect([1, 6, 1_000].map((failures) => retryWaitMs(failures, 0))).toEqual([1_000, 1_000, 1_000]);
});
