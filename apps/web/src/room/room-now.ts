import type { Role } from "@barrage/protocol";
import type { RoomView } from "../lib/app-router.ts";
import type { RoomFeed } from "./room-feed.ts";

/** A room as it stands: the api's answer, overtaken by what the feed has told since. */
export interface RoomNow extends Omit<RoomView, "viewerRole" | "status"> {
  readonly status: "idle" | "live" | "deleted";
  readonly viewerRole: Role | null;
  /** Whether it was live while we looked, and is not any more. */
  readonly justEnded: boolean;
}

/** What the api said, with the feed's later word on face, sitting, viewers and role. */
export function roomNow(view: RoomView, feed: RoomFeed): RoomNow {
  const role = view.viewerRole === "host" ? "host" : (feed.role ?? view.viewerRole);
  return {
    ...view,
    ...feed.face,
    ...sittingOf(view, feed),
    // Events from before there were covers say nothing about one.
    cover: feed.face?.cover === undefined ? view.cover : feed.face.cover,
    viewers: feed.viewers ?? view.viewers,
    viewerRole: role,
  };
}

function sittingOf(
  view: RoomView,
  { sitting }: RoomFeed,
): Pick<RoomNow, "status" | "sessionId" | "startedAtMs" | "justEnded"> {
  const asAnswered = {
    status: view.status,
    sessionId: view.sessionId,
    startedAtMs: view.startedAtMs,
    justEnded: false,
  };
  // An event from before the present session (an old end in the replayed tail) says nothing about it.
  const outdated = sitting !== null && view.startedAtMs !== null && sitting.at < view.startedAtMs;
  if (sitting === null || outdated) return asAnswered;
  switch (sitting.state) {
    case "started":
      return { status: "live", sessionId: sitting.session, startedAtMs: sitting.at, justEnded: false };
    case "ended":
      return { status: "idle", sessionId: null, startedAtMs: null, justEnded: true };
    case "deleted":
      return { status: "deleted", sessionId: null, startedAtMs: null, justEnded: true };
  }
}
