import { newId } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";

/** A danmaku as the api publishes it. */
export function danmaku(room: string, text: string, role: "viewer" | "host" = "viewer"): RoomEvent {
  return {
    v: 1,
    type: "danmaku.sent",
    room,
    at: Date.now(),
    by: { id: "user0000", name: "Ann", role },
    data: { id: newId(), session: "session0", text, color: "#ffffff", mode: "scroll" },
  };
}
