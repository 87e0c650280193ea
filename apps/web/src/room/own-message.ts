import type { ErrorDescription } from "../lib/describe-error.ts";
import type { Draft, MessageLine } from "./chat-line.ts";
import { appendLines, changeLine } from "./feed-lines.ts";
import type { RoomFeed } from "./room-feed.ts";

/** Our own message appears at once, in the chat and over the picture, before the server has heard of it. */
export function drafted(feed: RoomFeed, draft: Draft, nowMs: number): RoomFeed {
  if (feed.me === null) return feed;
  const line: MessageLine = {
    kind: "message",
    key: draft.key,
    id: null,
    at: nowMs,
    by: { ...feed.me, role: feed.role ?? "viewer" },
    content: draft.content,
    delivery: { state: "sending", draft },
    deleted: false,
  };
  return { ...appendLines(feed, [line]), flights: [line], drafts: feed.drafts + 1 };
}

/** Another attempt with the same key is under way. */
export function sending(feed: RoomFeed, key: string): RoomFeed {
  return changeLine(feed, key, (line) =>
    line.delivery.state === "failed"
      ? { ...line, delivery: { state: "sending", draft: line.delivery.draft } }
      : line,
  );
}

interface Accepted {
  readonly key: string;
  readonly id: string;
  readonly at: number;
  readonly nowMs: number;
}

/**
 * The server has it. Its event may have come first: then another line may already carry the id (the text was changed
 * on the way, so it was not recognised), and ours gives way.
 */
export function accepted(feed: RoomFeed, { key, id, at, nowMs }: Accepted): RoomFeed {
  const known = feed.lines.some((line) => line.kind === "message" && line.id === id && line.key !== key);
  const next = changeLine(feed, key, (line) =>
    known ? null : { ...line, id, at, delivery: { state: "sent" } },
  );
  // Slow mode binds viewers alone.
  const pauseMs = feed.role === "host" || feed.role === "moderator" ? 0 : (feed.face?.slowModeMs ?? 0);
  return pauseMs === 0 ? next : { ...next, lockedUntilMs: Math.max(next.lockedUntilMs, nowMs + pauseMs) };
}

interface Refused {
  readonly key: string;
  readonly error: ErrorDescription;
  readonly nowMs: number;
}

/** It did not go through. The line stays, with the reason and the way to try again. */
export function refused(feed: RoomFeed, { key, error, nowMs }: Refused): RoomFeed {
  const retryAtMs = nowMs + (error.retryAfterMs ?? 0);
  const next = changeLine(feed, key, (line) =>
    // An answer lost on the way: the event has already told us that it was accepted.
    line.delivery.state === "sending"
      ? { ...line, delivery: { state: "failed", draft: line.delivery.draft, error, retryAtMs } }
      : line,
  );
  const waits = error.code === "rate_limited" || error.code === "slow_mode";
  return waits ? { ...next, lockedUntilMs: Math.max(next.lockedUntilMs, retryAtMs) } : next;
}

/** The viewer gave up on a message that did not go through. */
export function discarded(feed: RoomFeed, key: string): RoomFeed {
  return changeLine(feed, key, (line) => (line.delivery.state === "failed" ? null : line));
}
