import { expect, test } from "bun:test";
import { Grid, readings, type Sample } from "./cells.ts";
import type { LoadResult } from "./fan-load.ts";
import { lively, oneAtATime } from "./load.ts";

const result: LoadResult = {
  step: "load",
  name: oneAtATime.name,
  seconds: 2,
  published: 100,
  withheld: 0,
  deliveries: 1_000_000,
  cpuS: 4,
  generatorCpuS: 1,
  p50Ms: 1,
  p99Ms: 2,
  p999Ms: 3,
  missing: 0,
  wrong: 0,
  unsettled: 0,
  rssKb: 1,
};
const connected = {
  step: "connected",
  connectS: 1,
  emptyRssKb: 0,
  idleRssKb: 0,
  idleS: 0,
  idleCpuS: 0,
} as const;
const sample = (run: number, contestant: string, changes: Partial<LoadResult>): Sample => ({
  run,
  contestant,
  viewers: 10,
  connected,
  loads: [{ ...result, ...changes }],
});
const place = (contestant: string) => ({ contestant, viewers: 10, load: oneAtATime });

test("a number is the median over runs, a ratio the median of each run's own ratio", () => {
  const grid = new Grid([
    sample(0, "a", { cpuS: 4 }),
    sample(0, "b", { cpuS: 2 }),
    sample(1, "a", { cpuS: 40 }),
    sample(1, "b", { cpuS: 20 }),
    sample(2, "a", { cpuS: 6 }),
  ]);
  expect(grid.median(place("a"), readings.cpuPerMillion)).toBe(6);
  expect(grid.ratio(place("a"), place("b"), readings.cpuPerMillion)).toBe(2);
});

test("what was not measured is no number, and does not count as having kept up", () => {
  const grid = new Grid([sample(0, "a", {})]);
  expect(grid.median(place("b"), readings.p99Ms)).toBeNaN();
  expect(grid.median({ ...place("a"), load: lively }, readings.p99Ms)).toBeNaN();
  expect(grid.keptUp(place("b"))).toBe(false);
});

test("a server that left messages unpublished or undelivered did not keep up", () => {
  expect(new Grid([sample(0, "a", {})]).keptUp(place("a"))).toBe(true);
  expect(new Grid([sample(0, "a", { withheld: 5 })]).keptUp(place("a"))).toBe(false);
  expect(new Grid([sample(0, "a", { unsettled: 1 })]).keptUp(place("a"))).toBe(false);
});
