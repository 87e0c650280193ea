import { newId } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";

interface DanmakuParts {
  readonly room: string;
  readonly session: string;
  readonly id: string;
  readonly text: string;
  readonly sender: Sender;
}

/** Who says something. */
export interface Sender {
  readonly id: string;
  readonly name: string;
}

const messageIdChars = 16;

/** A message's id as long and as random as those of the api. */
export const newMessageId = () => newId().slice(-messageIdChars);

/** A danmaku as the api publishes it. */
export function danmakuEvent({ room, session, id, text, sender }: DanmakuParts): RoomEvent {
  return {
    v: 1,
    type: "danmaku.sent",
    room,
    at: Date.now(),
    by: { ...sender, role: "viewer" },
    data: { id, session, text, color: "#ffffff", mode: "scroll" },
  };
}
