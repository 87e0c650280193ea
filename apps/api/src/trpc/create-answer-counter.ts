import type { Meters } from "@barrage/platform";
import { type ErrorCode, errorTable } from "@barrage/protocol";

/** One procedure that has been answered. */
export interface Answered {
  /** As `rooms.join`: one of the router's own. */
  readonly procedure: string;
  readonly code: "ok" | ErrorCode;
  readonly durationMs: number;
}

/** Times what is answered, by procedure and by how it ended, and counts it. */
export function createAnswerCounter(meters: Meters) {
  const duration = meters.histogram({
    name: "barrage_api_request_duration_seconds",
    help: "From a procedure's call to its answer, by tRPC or REST",
    labels: ["procedure", "code"],
  });
  const counts = { all: 0, failed: 0 };
  return {
    /** Since the start. */
    counts,
    count({ procedure, code, durationMs }: Answered): void {
      duration.add(durationMs / 1_000, { procedure, code });
      counts.all += 1;
      if (code !== "ok" && errorTable[code].status >= 500) counts.failed += 1;
    },
  };
}
