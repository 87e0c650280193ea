import { expect, test } from "bun:test";
import { formatMoment, momentInWords, parseMoment } from "./moment-text.ts";

test("a link's moment is read in seconds or in parts, and nonsense is the beginning", () => {
  const read = ["83", "83.5", "1m23s", "1h2m", "90s", "0", null, "", "-5", "abc", "1e9", "1m2h", "99999999"];
  expect(read.map(parseMoment)).toEqual([83_000, 83_500, 83_000, 3_720_000, 90_000, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test("what is written into a link is read back, to the second", () => {
  for (const offsetMs of [0, 1_000, 83_999, 7_199_400]) {
    expect(parseMoment(formatMoment(offsetMs))).toBe(Math.floor(offsetMs / 1000) * 1000);
  }
});

test("a moment is read out without what is zero", () => {
  expect([0, 1_000, 62_000, 3_600_000, 7_325_000].map(momentInWords)).toEqual([
    "0 seconds",
    "1 second",
    "1 minute 2 seconds",
    "1 hour",
    "2 hours 2 minutes 5 seconds",
  ]);
});
