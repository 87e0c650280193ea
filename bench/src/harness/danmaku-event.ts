import type { RoomEvent } from "@barrage/protocol";

interface DanmakuParts {
  readonly room: string;
  readonly session: string;
  readonly id: string;
  readonly text: string;
}

/** A danmaku as the api publishes it. */
export function danmakuEvent({ room, session, id, text }: DanmakuParts): RoomEvent {
  return {
    v: 1,
    type: "danmaku.sent",
    room,
    at: Date.now(),
    by: { id: session, name: "somebody", role: "viewer" },
    data: { id, session, text, color: "#ffffff", mode: "scroll" },
  };
}
