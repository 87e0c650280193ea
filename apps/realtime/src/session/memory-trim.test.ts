import { expect, test } from "bun:test";
import { MemoryTrim } from "./memory-trim.ts";

test("memory is trimmed twice per crowd: when nobody comes any more, and little is written", () => {
  let arrived = 0;
  let busy = 0;
  let trims = 0;
  const trim = new MemoryTrim({
    arrivals: () => arrived,
    busyShare: () => busy,
    trim: () => (trims += 1),
  });
  const after = (came: number, share: number) => {
    arrived += came;
    busy = share;
    trim.look();
    return trims;
  };
  expect([after(600, 0), after(600, 0)]).toEqual([0, 0]);
  expect([after(0, 0.5), after(0, 0.01), after(0, 0), after(0, 0)]).toEqual([0, 1, 2, 2]);
  expect([after(999, 0), after(0, 0), after(1, 0)]).toEqual([2, 2, 2]);
  expect([after(0, 0), after(0, 0), after(0, 0)]).toEqual([3, 4, 4]);
});
