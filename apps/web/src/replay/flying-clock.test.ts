import { expect, test } from "bun:test";
import { FlyingClock } from "./flying-clock.ts";

test("flying time runs while the replay plays, stands while it pauses, and leaves what flew behind at a jump", () => {
  let nowMs = 0;
  const clock = new FlyingClock(() => nowMs);
  const heard: string[] = [];
  for (const type of ["play", "pause", "seeking"]) clock.addEventListener(type, () => heard.push(type));
  clock.setRunning(false);
  clock.setRunning(true);
  clock.setRunning(true);
  nowMs = 2_000;
  expect(clock.currentTime).toBe(2);
  clock.setRunning(false);
  nowMs = 9_000;
  expect(clock.currentTime).toBe(2);
  expect(clock.paused).toBe(true);
  clock.setRunning(true);
  clock.clear();
  expect(clock.currentTime).toBeGreaterThan(1_000);
  expect(heard).toEqual(["play", "pause", "play", "seeking"]);
});
