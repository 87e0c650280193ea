import type { RoomFace, RoomLimits } from "@barrage/protocol";

/** What a room's row holds of its face: null where an event leaves something out. */
type FaceFacts = Required<Omit<RoomFace, "limits" | "cover">> & {
  readonly limits: RoomLimits | null;
  readonly cover: string | null;
};

/** A room's face as its events carry it: of what else the facts may hold, nothing. */
export function roomFaceOf(facts: FaceFacts): RoomFace {
  const { title, description, visibility, slowModeMs, followersOnly, limits, cover } = facts;
  const face = { title, description, visibility, slowModeMs, followersOnly, cover };
  return limits === null ? face : { ...face, limits };
}
