import { expect, test } from "bun:test";
import { median, medianRatio } from "./medians.ts";

test("a median is the middle one, whatever the order, and between the two middle ones of an even number", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
  expect(median([10, 9, 100])).toBe(10);
  expect(median([])).toBeNaN();
});

test("a ratio compares what was measured in the same run, and leaves out runs that lack one of both", () => {
  // The second run was ten times slower for both: the ratio does not notice.
  expect(medianRatio([2, 20, 3], [1, 10, 1])).toBe(2);
  expect(medianRatio([2, undefined, 9], [1, 10, undefined])).toBe(2);
  expect(medianRatio([], [])).toBeNaN();
});
