import { expect, test } from "bun:test";
import { recordingFaults } from "@barrage/domain";
import { formatBytes, wordsForRecording } from "./recording-words.ts";

const recording = {
  id: "r0000000",
  room: "room0000",
  session: "s0000000",
  state: "failed",
  reason: null,
  delayed: false,
  contentType: "video/webm",
  bytes: null,
  offsetMs: 0,
  durationMs: null,
  createdAtMs: 0,
} as const;

test("every reason for a failure has words of its own, and a new one still has some", () => {
  const words = recordingFaults.map((reason) => wordsForRecording({ ...recording, reason }));
  expect(new Set(words).size).toBe(recordingFaults.length);
  expect(words).not.toContain("Failed");
  expect(wordsForRecording({ ...recording, reason: "a_new_one" })).toBe("Failed");
});

test("a check that has to wait says so", () => {
  expect(wordsForRecording({ ...recording, state: "checking", delayed: true })).toContain("Waiting");
});

test("sizes are short", () => {
  expect([0, 999, 1_000, 1_234_567, 20_000_000_000].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "1.0 KB",
    "1.2 MB",
    "20.0 GB",
  ]);
});
