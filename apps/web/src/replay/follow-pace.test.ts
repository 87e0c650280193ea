import { expect, test } from "bun:test";
import { nextPace, type Pace } from "./follow-pace.ts";

/** Lets a feed follow a picture, both at their own speed, in steps of a quarter of a second. */
function follow(aheadMs: number, pictureSpeed: number, steps = 200) {
  let pace: Pace = "steady";
  const seen: (Pace | "jump")[] = [];
  for (let step = 0; step < steps; step++) {
    const next = nextPace(pace, aheadMs);
    seen.push(next);
    if (next === "jump") return { aheadMs, seen };
    pace = next;
    const feedSpeed = pace === "hold" ? 0 : pace === "hurry" ? 2 : 1;
    aheadMs += (feedSpeed - pictureSpeed) * 250;
  }
  return { aheadMs, seen };
}

test("a feed that is early stands until the picture is there; one that is late hurries; then both go on together", () => {
  for (const aheadMs of [3_000, -3_000, 500, -500]) {
    const end = follow(aheadMs, 1);
    expect(Math.abs(end.aheadMs)).toBeLessThan(350);
    expect(end.seen.at(-1)).toBe("steady");
  }
  expect(follow(200, 1).seen.every((pace) => pace === "steady")).toBe(true);
});

test("while the picture stands to load, the feed stands as well, and is never far ahead", () => {
  const end = follow(0, 0);
  expect(end.aheadMs).toBeLessThanOrEqual(600);
  expect(end.seen.at(-1)).toBe("hold");
});

test("what is far apart jumps", () => {
  expect(follow(60_000, 1).seen).toEqual(["jump"]);
  expect(follow(-60_000, 1).seen).toEqual(["jump"]);
});
