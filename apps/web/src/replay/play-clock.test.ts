import { expect, test } from "bun:test";
import { changeClock, positionAt, stillClock } from "./play-clock.ts";

test("a clock runs at its speed, and keeps its place when it is stopped, changed and started again", () => {
  let clock = changeClock(stillClock(10_000), 500, { isRunning: true });
  expect(positionAt(clock, 1_500)).toBe(11_000);
  clock = changeClock(clock, 1_500, { speed: 4 });
  expect(positionAt(clock, 2_000)).toBe(13_000);
  clock = changeClock(clock, 2_000, { isRunning: false });
  expect(positionAt(clock, 60_000)).toBe(13_000);
  clock = changeClock(clock, 60_000, { isRunning: true });
  expect(positionAt(clock, 60_250)).toBe(14_000);
  expect(positionAt(changeClock(clock, 60_250, { offsetMs: 2_000 }), 60_500)).toBe(3_000);
});
