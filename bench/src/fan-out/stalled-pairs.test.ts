import { expect, test } from "bun:test";
import type { FanLoadResult, LoadResult } from "./fan-load.ts";
import { measuresOf, pairOf } from "./stalled-pairs.ts";

const connected = {
  step: "connected",
  connectS: 1,
  emptyRssKb: 0,
  idleRssKb: 0,
  idleS: 0,
  idleCpuS: 0,
} as const;
const load: LoadResult = {
  step: "load",
  name: "200/s",
  seconds: 2,
  published: 100,
  withheld: 0,
  deliveries: 1_000_000,
  cpuS: 4,
  generatorCpuS: 1,
  p50Ms: 1,
  p99Ms: 10,
  p999Ms: 3,
  missing: 0,
  wrong: 0,
  unsettled: 0,
  rssKb: 1_000,
};
const half = (changes: Partial<LoadResult>): FanLoadResult => ({
  connected,
  loads: [{ ...load, ...changes }],
});
const held = { behindBytes: 20 * 1_024, slowCloses: 0 };
const pair = (all: Partial<LoadResult>, some: Partial<LoadResult>) =>
  pairOf(half(all), { ...half(some), held }, 10);
const measure = (pairs: Parameters<typeof measuresOf>[2], what: string) =>
  measuresOf("x", 5_000, pairs).find(({ name }) => name === `x: ${what}`);

test("each number is the median of the pairs' own: a slow pair is slow in both halves", () => {
  const pairs = [
    pair({ p99Ms: 10 }, { p99Ms: 10 }),
    pair({ p99Ms: 100 }, { p99Ms: 105, rssKb: 1_100 }),
    pair({ p99Ms: 10 }, { p99Ms: 30, rssKb: 1_200 }),
  ];
  expect(measure(pairs, "healthy p99, moved")).toMatchObject({ value: 1.05, bar: 1.1 });
  expect(measure(pairs, "RSS, added")).toMatchObject({ value: 10, bar: 64 });
  expect(measure(pairs, "behind")?.value).toBe(2);
});

test.each([
  ["withheld in the half that reads", { withheld: 2 }, {}],
  ["withheld in the half with stalled ones", {}, { withheld: 2 }],
  ["behind in the end", {}, { unsettled: 1 }],
])("a p99 has no verdict when the node was full: %s", (_, all, some) => {
  const pairs = [pair(all, some)];
  expect(measure(pairs, "healthy p99, moved")).not.toHaveProperty("bar");
  const shown = [measure(pairs, "withheld, all reading"), measure(pairs, "withheld, some stalled")];
  expect(Math.max(...shown.map((one) => one?.value ?? 0))).toBeGreaterThan(1);
});
