import { expect, test } from "bun:test";
import { MemoryTrim } from "./memory-trim.ts";

test("memory is trimmed once per crowd: when nobody comes any more, and little is written", () => {
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
  expect([after(0, 0.5), after(0, 0.01), after(0, 0)]).toEqual([0, 1, 1]);
  expect([after(999, 0), after(0, 0), after(1, 0), after(0, 0)]).toEqual([1, 1, 1, 2]);
});
