import { expect, test } from "bun:test";
import { headlines } from "./bars.ts";
import { Grid } from "./cells.ts";

const nothing = new Grid([]);

test("a bar whose value was not measured is listed all the same", () => {
  const measures = headlines(nothing, { contestants: ["C limit", "barrage sse", "nchan"], viewers: 10_000 });
  const names = measures.map(({ name }) => name);
  expect(names).toContain("barrage sse: CPU, one write a message");
  expect(names).toContain("barrage sse: deliveries per CPU s, 1000/s, against nchan");
  expect(names).toContain("barrage sse: p99 at 200/s");
  expect(measures.every(({ value }) => Number.isNaN(value))).toBe(true);
});

test("who did not take part has no bars, nor a crowd that is too small for them", () => {
  const names = headlines(nothing, { contestants: ["barrage sse"], viewers: 10_000 }).map(({ name }) => name);
  expect(names.filter((name) => name.includes("barrage ws") || name.includes("against"))).toEqual([]);
  expect(names).not.toContain("barrage sse: CPU, one write a message");
  expect(headlines(nothing, { contestants: ["barrage sse"], viewers: 1_000 })).toEqual([]);
});
