import { expect, test } from "bun:test";
import { heatBox, heatPath } from "./heat-curve.ts";
import {
  clampMoment,
  jumpTarget,
  markNear,
  momentAt,
  nextMark,
  nextSpeed,
  shareOf,
} from "./timeline-math.ts";

test("a place on the line is a moment of the session, and never one outside of it", () => {
  expect([-0.5, 0, 0.25, 1, 3].map((share) => momentAt(share, 8_000))).toEqual([0, 0, 2_000, 8_000, 8_000]);
  expect([-1, 0, 2_000, 9_000].map((moment) => shareOf(moment, 8_000))).toEqual([0, 0, 0.25, 1]);
  expect(shareOf(5, 0)).toBe(0);
  expect(clampMoment(Number.POSITIVE_INFINITY, 8_000)).toBe(8_000);
});

test("jumping from mark to mark visits each once, a little before it, and ends behind the last", () => {
  const marks = [500, 10_000, 10_100, 30_000].map((offsetMs) => ({ offsetMs }));
  const visited: number[] = [];
  let positionMs = 0;
  for (let mark = nextMark(marks, positionMs); mark !== undefined; mark = nextMark(marks, positionMs)) {
    visited.push(mark.offsetMs);
    positionMs = jumpTarget(mark);
  }
  // The first is seen from the beginning anyway, and two that are one moment are one jump.
  expect(visited).toEqual([10_000, 30_000]);
  expect(positionMs).toBe(28_000);
});

test("the pointer finds the nearest mark within its reach", () => {
  const marks = [1_000, 1_400].map((offsetMs) => ({ offsetMs }));
  expect(markNear(marks, 1_300, 500)?.offsetMs).toBe(1_400);
  expect(markNear(marks, 5_000, 500)).toBeUndefined();
});

test("speeds go step by step and end at 0.25 and 16", () => {
  let speed = 1;
  for (let step = 0; step < 20; step++) speed = nextSpeed(speed, 1);
  expect(speed).toBe(16);
  for (let step = 0; step < 20; step++) speed = nextSpeed(speed, -1);
  expect(speed).toBe(0.25);
});

test("the curve stays in its box, is highest where most was said, and is flat where nothing was", () => {
  const heights = (counts: readonly number[]) =>
    [...heatPath(counts).matchAll(/C[\d.]+ [\d.]+ [\d.]+ [\d.]+ [\d.]+ ([\d.]+)/g)].map((match) =>
      Number(match[1]),
    );
  const path = heatPath([0, 2, 9, 100, 9, 2, 0]);
  const numbers = [...path.matchAll(/[\d.]+/g)].map(Number);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBe(heatBox.width);
  const ys = heights([0, 2, 9, 100, 9, 2, 0]);
  // The first part is where the path starts: of the others the third is the peak.
  expect(ys.indexOf(Math.min(...ys))).toBe(2);
  expect(new Set(heights([0, 0, 0])).size).toBe(1);
  expect(heatPath([])).toBe("");
});
