import { expect, test } from "bun:test";
import { verdictOf } from "./report.ts";

test("a bar is met up to its very value, missed beyond it, and neither by what was not measured", () => {
  const measure = { name: "some", unit: "ms" };
  expect(verdictOf({ ...measure, value: 50, bar: 50 })).toBe("met: at most 50");
  expect(verdictOf({ ...measure, value: 51, bar: 50 })).toBe("MISSED: at most 50");
  expect(verdictOf({ ...measure, value: 10, atLeast: 10 })).toBe("met: at least 10");
  expect(verdictOf({ ...measure, value: 9, atLeast: 10 })).toBe("MISSED: at least 10");
  expect(verdictOf({ ...measure, value: Number.NaN, atLeast: 10 })).toBe("not measured: at least 10");
  expect(verdictOf({ ...measure, value: Number.NaN, bar: 10 })).toBe("not measured: at most 10");
  expect(verdictOf({ ...measure, value: 1 })).toBe("");
});
