import { formatWait } from "../lib/format.ts";
import type { RoomFace } from "./room-feed.ts";

/** What changed for viewers between two faces of a room, in one sentence; undefined when nothing they would notice. */
export function describeFaceChange(before: RoomFace | null, after: RoomFace): string | undefined {
  if (before === null) return undefined;
  const changes = [
    before.title === after.title ? "" : `The room is now called “${after.title}”.`,
    before.slowModeMs === after.slowModeMs ? "" : slowModeSentence(after.slowModeMs),
    before.followersOnly === after.followersOnly ? "" : followersSentence(after.followersOnly),
  ].filter((sentence) => sentence !== "");
  return changes.length === 0 ? undefined : changes.join(" ");
}

function slowModeSentence(slowModeMs: number): string {
  return slowModeMs === 0
    ? "Slow mode is off."
    : `Slow mode is on: one message every ${formatWait(slowModeMs)}.`;
}

function followersSentence(followersOnly: boolean): string {
  return followersOnly ? "Only followers of the host may write now." : "Everybody may write again.";
}
