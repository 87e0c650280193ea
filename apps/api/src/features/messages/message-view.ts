import type { MessageRow } from "@barrage/db";
import { type Actor, type DanmakuMode, type Gift, type RoomEvent, roomEventSchema } from "@barrage/protocol";
import type { MessageEvent } from "./message-draft.ts";

/** A message as clients see it. A deleted one keeps its place and loses its text. */
export interface MessageView {
  readonly id: string;
  readonly room: string;
  readonly session: string;
  readonly type: MessageEvent["type"];
  /** When it was accepted, in milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds into the picture, by the sender's player. */
  readonly mediaMs: number | null;
  readonly by: Actor;
  readonly text: string | null;
  readonly color: string | null;
  readonly mode: DanmakuMode | null;
  readonly gift: Gift | null;
  readonly count: number | null;
  readonly deleted: boolean;
}

/** An event that is a message, with its sender. */
export type SentEvent = MessageEvent & { readonly by: Actor };

const messageTypes: ReadonlySet<string> = new Set<MessageEvent["type"]>([
  "danmaku.sent",
  "super.sent",
  "gift.sent",
]);

/** True when the event is a message. */
function isSentEvent(event: RoomEvent): event is SentEvent {
  return messageTypes.has(event.type) && event.by !== undefined;
}

const decoder = new TextDecoder();

/** A stored event that is a message; undefined when it is another one. */
export function decodeSentEvent(json: Uint8Array): SentEvent | undefined {
  const parsed = roomEventSchema.safeParse(JSON.parse(decoder.decode(json)));
  return parsed.success && isSentEvent(parsed.data) ? parsed.data : undefined;
}

/** The view of a message. */
export function toMessageView(event: SentEvent, deleted: boolean): MessageView {
  const danmaku = event.type === "danmaku.sent" ? event.data : undefined;
  const gift = event.type === "gift.sent" ? event.data : undefined;
  const text = event.type === "gift.sent" ? null : event.data.text;
  return {
    id: event.data.id,
    room: event.room,
    session: event.data.session,
    type: event.type,
    at: event.at,
    mediaMs: event.mediaMs ?? null,
    by: event.by,
    text: deleted ? null : text,
    color: danmaku?.color ?? null,
    mode: danmaku?.mode ?? null,
    gift: gift?.gift ?? null,
    count: gift?.count ?? null,
    deleted,
  };
}

/** The view of an archived message. */
export function archivedMessageView(row: MessageRow): MessageView {
  const event = roomEventSchema.parse({
    v: 1,
    type: row.type,
    room: row.roomId,
    at: row.at.getTime(),
    ...(row.mediaMs === null ? {} : { mediaMs: row.mediaMs }),
    by: { id: row.byId, name: row.byName, role: row.byRole },
    data: row.data,
  });
  if (!isSentEvent(event)) throw new Error(`message ${row.id} is archived as something that is no message`);
  return toMessageView(event, row.deletedAt !== null);
}
