import { expect, test } from "bun:test";
import { createStopDecider } from "./stop-requests.ts";

test("the first request stops, its echo within two seconds is ignored, a later one forces", () => {
  let now = 1_000;
  const decide = createStopDecider(() => now);
  expect(decide()).toBe("stop");
  now += 5;
  expect(decide()).toBe("ignore");
  now += 1_995;
  expect(decide()).toBe("ignore");
  now += 1;
  expect(decide()).toBe("force");
});
