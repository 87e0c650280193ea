import { newId } from "@barrage/platform";
import { danmakuEvent, newMessageId } from "../harness/danmaku-event.ts";

/** Where the load generator writes when a message was sent and its number; see bench/native/fan-load/marker.hpp. */
const marker = `^${"0".repeat(16)}-${"0".repeat(8)}.`;

/** The message that every server carries: a danmaku of ours as it is stored, so that all push the same bytes. */
export function markedPayload(room: string): string {
  const sender = { id: newId(), name: "somebody" };
  return JSON.stringify(
    danmakuEvent({ room, session: newId(), id: newMessageId(), text: `弹幕 ${marker}`, sender }),
  );
}

/** How long it is. */
export const messageBytes = Buffer.byteLength(markedPayload(newId()));
