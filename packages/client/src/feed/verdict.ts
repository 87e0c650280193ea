import { errorTable, mayReconnect } from "@barrage/protocol";
import type { Failure, FeedReason } from "./feed-item.ts";
import type { FeedRules } from "./feed-state.ts";

/** What a failure means for the feed. */
export type Verdict =
  | { readonly final: true; readonly reason: FeedReason }
  | { readonly final: false; readonly retryAfterMs: number | undefined };

/** A ticket lives seconds and is used once: a slow network can lose the race, but not three times. */
const ticketTries = 3;

interface VerdictInput {
  readonly failures: number;
  readonly rules: Pick<FeedRules, "hasTicket">;
}

/** Whether to come back after `failure`, and when at the earliest. */
export function verdictOf(failure: Failure, { failures, rules }: VerdictInput): Verdict {
  switch (failure.cause) {
    case "refused": {
      const anotherTicketMayHelp =
        failure.code === "ticket_invalid" && rules.hasTicket && failures + 1 < ticketTries;
      return errorTable[failure.code].retry === "never" && !anotherTicketMayHelp
        ? { final: true, reason: failure }
        : { final: false, retryAfterMs: failure.retryAfterMs };
    }
    case "ticket":
      return failure.code !== undefined && errorTable[failure.code].retry === "never"
        ? { final: true, reason: failure }
        : { final: false, retryAfterMs: undefined };
    case "closed":
      return mayReconnect(failure.closeCode)
        ? { final: false, retryAfterMs: undefined }
        : { final: true, reason: failure };
    case "ended":
    case "network":
    case "no_hello":
    case "silent":
    case "protocol":
      return { final: false, retryAfterMs: undefined };
  }
}
