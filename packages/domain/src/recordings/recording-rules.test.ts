import { expect, test } from "bun:test";
import {
  partBytesOf,
  partCountOf,
  partFaultOf,
  recordingBytesMax,
  recordingPartBytesMin,
  uploadFaultsOf,
} from "./recording-rules.ts";

const mib = 1_024 ** 2;

test("every file up to the largest is cut into parts that S3 takes, and those parts alone are right", () => {
  // Around every kind of edge: one part, full parts, a byte more and a byte less.
  const full = [1, 2, 3, 100, 1_192].map((count) => count * 16 * mib);
  const sizes = full.flatMap((size) => [size - 1, size, size + 1]);
  for (const bytes of [1, recordingBytesMax, ...sizes]) {
    const plan = { bytes, partBytes: partBytesOf(bytes) };
    const count = partCountOf(plan);
    expect(count).toBeLessThanOrEqual(10_000);
    const last = { number: count, bytes: bytes - (count - 1) * plan.partBytes };
    expect(last.bytes).toBeGreaterThan(0);
    expect(partFaultOf(plan, last)).toBeUndefined();
    expect(partFaultOf(plan, { ...last, bytes: last.bytes + 1 })).toBeDefined();
    expect(partFaultOf(plan, { number: count + 1, bytes: 1 })).toBeDefined();
    if (count > 1) {
      expect(partFaultOf(plan, { number: 1, bytes: plan.partBytes })).toBeUndefined();
      expect(partFaultOf(plan, { number: 1, bytes: plan.partBytes - 1 })).toBeDefined();
    }
  }
});

test("what is still being recorded has parts of the smallest size, and ends at the largest recording", () => {
  const plan = { bytes: null, partBytes: partBytesOf(null) };
  expect(plan.partBytes).toBe(recordingPartBytesMin);
  expect(partCountOf(plan)).toBeLessThanOrEqual(10_000);
  expect(partFaultOf(plan, { number: 1, bytes: 5 * mib })).toBeUndefined();
  expect(partFaultOf(plan, { number: 1, bytes: 5 * mib + 1 })).toBe("part 1 has at most 5242880 bytes");
  expect(partFaultOf(plan, { number: 9_000, bytes: 1 })).toBe("there is no part 9000: the last one is 3815");
});

test("an upload is whole when all its parts are there, large enough and as long as was said", () => {
  const stored = [
    { number: 1, bytes: 5 * mib },
    { number: 2, bytes: 5 * mib },
    { number: 3, bytes: 7 },
  ];
  expect(uploadFaultsOf(stored, { parts: 3, bytes: 10 * mib + 7 })).toEqual([]);
  // A part more than was said is left out: it may be one that was sent again after a change of mind.
  expect(uploadFaultsOf(stored, { parts: 2, bytes: 10 * mib })).toEqual([]);
  expect(uploadFaultsOf(stored, { parts: 5, bytes: 10 * mib })).toEqual(["missing parts: 4, 5"]);
  expect(uploadFaultsOf(stored, { parts: 3, bytes: 1 })).toEqual(["the parts have 10485767 bytes, not 1"]);
  const small = [{ number: 1, bytes: 9 }, ...stored.slice(1)];
  expect(uploadFaultsOf(small, { parts: 3, bytes: 0 })).toEqual(["too small for a part in the middle: 1"]);
  expect(uploadFaultsOf([], { parts: 100, bytes: 0 })[0]).toEndWith("19, 20 and more");
});
