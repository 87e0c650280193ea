import { expect, test } from "bun:test";
import { createHistogram } from "./histogram.ts";
import { createRandom } from "./random.ts";

test("quantiles are never too low, and at most 1.6 % too high", () => {
  const random = createRandom(7);
  const histogram = createHistogram();
  const values = Array.from({ length: 20_000 }, () => Math.floor(10 ** (random() * 8)));
  for (const value of values) histogram.record(value);
  const sorted = values.toSorted((a, b) => a - b);
  for (const quantile of [0.01, 0.5, 0.9, 0.99, 0.999, 1]) {
    const exactMs = (sorted[Math.ceil(sorted.length * quantile) - 1] ?? 0) / 1000;
    expect(histogram.quantileMs(quantile)).toBeGreaterThanOrEqual(exactMs);
    expect(histogram.quantileMs(quantile)).toBeLessThanOrEqual(exactMs * 1.016 + 0.001);
  }
});

test("absurd values are kept at the edges, and an empty histogram says 0", () => {
  const histogram = createHistogram();
  expect(histogram.quantileMs(0.5)).toBe(0);
  for (const value of [-5, 0, 2 ** 40]) histogram.record(value);
  expect(histogram.count).toBe(3);
  expect(histogram.quantileMs(1)).toBeGreaterThan(2_000_000);
});
