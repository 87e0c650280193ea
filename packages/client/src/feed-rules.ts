import type { FeedRules } from "./feed/feed-state.ts";
import type { RoomFeedOptions } from "./options.ts";

interface RuleOptions
  extends Pick<RoomFeedOptions, "transport" | "tail" | "helloTimeoutMs" | "backoffBaseMs" | "backoffCapMs"> {
  readonly hasTicket: boolean;
}

/** The rules of a feed, with the usual ones where the caller says nothing. */
export function rulesOf(options: RuleOptions): FeedRules {
  return {
    transport: options.transport ?? "auto",
    tail: options.tail,
    hasTicket: options.hasTicket,
    helloTimeoutMs: options.helloTimeoutMs ?? 5_000,
    baseMs: options.backoffBaseMs ?? 500,
    capMs: options.backoffCapMs ?? 30_000,
    stableMs: 10_000,
  };
}
