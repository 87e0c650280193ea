import type { Meters } from "@barrage/platform";
import type { ErrorCode } from "@barrage/protocol";

/** One procedure that has been answered. */
export interface Answered {
  /** As `rooms.join`: one of the router's own. */
  readonly procedure: string;
  readonly code: "ok" | ErrorCode;
  readonly durationMs: number;
}

/** Times what is answered, by procedure and by how it ended. */
export function countAnswers(meters: Meters): (answered: Answered) => void {
  const duration = meters.histogram({
    name: "barrage_api_request_duration_seconds",
    help: "From a procedure's call to its answer, by tRPC or REST",
    labels: ["procedure", "code"],
  });
  return ({ procedure, code, durationMs }) => duration.add(durationMs / 1_000, { procedure, code });
}
