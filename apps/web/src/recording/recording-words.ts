import type { RecordingFault } from "@barrage/domain";
import type { RecordingView } from "../lib/app-router.ts";

const faults: Readonly<Record<RecordingFault, string>> = {
  aborted: "Given up",
  expired: "Not uploaded to its end within a day",
  wrong_type: "Not a video of the type that it says it is",
  wrong_size: "Arrived with another length than it was sent with",
  unplayable: "There is no picture in it that could be played",
  upload_lost: "The object store has lost the upload",
};

/** How a recording stands, in words for its host. */
export function wordsForRecording({ state, reason, delayed }: RecordingView): string {
  switch (state) {
    case "uploading":
      return "Uploading";
    case "checking":
      return delayed ? "Waiting for the object store" : "Being checked";
    case "ready":
      return "Ready";
    case "failed": {
      const fault = Object.entries(faults).find(([name]) => name === reason);
      return fault?.[1] ?? "Failed";
    }
  }
}

const units = ["B", "KB", "MB", "GB"] as const;

/** 1_234_567 → "1.2 MB". */
export function formatBytes(bytes: number): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step] ?? "B"}`;
}
