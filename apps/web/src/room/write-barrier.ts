import type { RoomFeed } from "./room-feed.ts";
import type { RoomNow } from "./room-now.ts";

/** Why this viewer can't write now. */
export type WriteBarrier =
  | { readonly kind: "anonymous" }
  | { readonly kind: "off_air" }
  | { readonly kind: "banned" }
  | { readonly kind: "muted"; readonly untilMs: number | null }
  | { readonly kind: "followers_only" };

/** What stands between this viewer and writing here, as far as this page knows; the server decides. */
export function writeBarrier(
  room: Pick<RoomNow, "status" | "viewerRole" | "followersOnly" | "following">,
  feed: Pick<RoomFeed, "me" | "sanction">,
  nowMs: number,
): WriteBarrier | null {
  if (feed.me === null) return { kind: "anonymous" };
  const { muted, banned } = feed.sanction;
  if (banned !== undefined && holds(banned.untilMs, nowMs)) return { kind: "banned" };
  if (room.status !== "live") return { kind: "off_air" };
  if (muted !== undefined && holds(muted.untilMs, nowMs)) return { kind: "muted", untilMs: muted.untilMs };
  const above = room.viewerRole === "host" || room.viewerRole === "moderator";
  return room.followersOnly && !room.following && !above ? { kind: "followers_only" } : null;
}

function holds(untilMs: number | null, nowMs: number): boolean {
  return untilMs === null || untilMs > nowMs;
}
