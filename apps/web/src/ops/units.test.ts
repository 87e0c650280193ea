import { expect, test } from "bun:test";
import { formatAge, formatBytes, formatRate } from "./units.ts";

test("sizes, rates and ages are told in the unit that a person would choose", () => {
  expect([0, 1_023, 1_536, 52_428_800, 2 ** 41].map(formatBytes)).toEqual([
    "0 B",
    "1023 B",
    "1.5 KB",
    "50 MB",
    "2.0 TB",
  ]);
  expect([0, 0.254, 9.999, 1_234.5].map(formatRate)).toEqual(["0", "0.25", "10", "1,235"]);
  expect([0, 3.24, 59.6, 600, 10_800].map(formatAge)).toEqual(["none", "3.2 s", "60 s", "10 min", "3 h"]);
});
