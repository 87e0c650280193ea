import type { FeedReason } from "@barrage/client";
import { errorTable } from "@barrage/protocol";
import type { Connection } from "./room-feed.ts";

interface ConnectionWords {
  readonly text: string;
  readonly mood: "good" | "waiting" | "bad";
}

/** The state of the room's feed in words. Browser and feed share one clock. */
export function describeConnection({ phase, reason, retryAtMs }: Connection, nowMs: number): ConnectionWords {
  switch (phase) {
    case "live":
      return { text: "Connected", mood: "good" };
    case "reset":
      return { text: "Catching up", mood: "waiting" };
    case "closed":
      return { text: closedText(reason), mood: "bad" };
    case "connecting":
    case "resuming": {
      if (retryAtMs !== null) {
        const seconds = Math.ceil((retryAtMs - nowMs) / 1000);
        return { text: seconds > 0 ? `Reconnecting in ${seconds} s` : "Reconnecting", mood: "waiting" };
      }
      return { text: phase === "connecting" ? "Connecting" : "Resuming", mood: "waiting" };
    }
  }
}

function closedText(reason: FeedReason | null): string {
  switch (reason?.cause) {
    case "goodbye":
      if (reason.reason === "access_revoked") return "You may no longer watch this room";
      if (reason.reason === "room_deleted") return "The room was deleted";
      return "Disconnected";
    case "refused":
      return errorTable[reason.code].message;
    case "ticket":
      return reason.code === undefined ? "No ticket for this room" : errorTable[reason.code].message;
    case "caller":
    case "closed":
    case "ended":
    case "network":
    case "no_hello":
    case "protocol":
    case "silent":
    case undefined:
      return "Disconnected";
  }
}
