import type { NewMessageRow } from "@barrage/db";
import type { ConsumedEntry } from "@barrage/platform";
import { type RoomEvent, type RoomEventOf, roomEventSchema } from "@barrage/protocol";

/** What an entry of the log changes in the archive. */
export type ArchiveChange =
  | { readonly kind: "add"; readonly row: NewMessageRow }
  | { readonly kind: "mark"; readonly roomId: string; readonly id: string; readonly deletedAt: Date }
  | { readonly kind: "remove"; readonly roomId: string; readonly epoch: string; readonly seq: number }
  | {
      readonly kind: "start";
      readonly roomId: string;
      readonly sessionId: string;
      readonly epoch: string;
      readonly seq: number;
      readonly at: Date;
    }
  | {
      readonly kind: "end";
      readonly roomId: string;
      readonly sessionId: string;
      readonly seq: number;
      readonly at: Date;
    }
  | { readonly kind: "none" };

const decoder = new TextDecoder("utf-8", { fatal: true });
const nothing: ArchiveChange = { kind: "none" };

/**
 * Reads an entry.
 * @throws SyntaxError, TypeError, ZodError or RangeError when it is not an event of its room that can be archived.
 */
export function archiveChangeOf(entry: ConsumedEntry): ArchiveChange {
  const event = roomEventSchema.parse(JSON.parse(decoder.decode(entry.json)));
  if (event.room !== entry.roomId) throw new TypeError("the event is of another room than its subject");
  if (isMessage(event)) return { kind: "add", row: rowOf(entry, event) };
  if (event.type === "message.deleted") {
    return { kind: "mark", roomId: event.room, id: event.data.id, deletedAt: momentOf(event.at) };
  }
  if (event.type === "room.deleted") {
    return { kind: "remove", roomId: event.room, epoch: entry.epoch, seq: entry.seq };
  }
  if (event.type === "room.started" || event.type === "room.ended") {
    const { room: roomId, data } = event;
    const place = { roomId, sessionId: data.session, seq: entry.seq, at: momentOf(event.at) };
    return event.type === "room.ended"
      ? { kind: "end", ...place }
      : { kind: "start", epoch: entry.epoch, ...place };
  }
  return nothing;
}

type MessageEvent = RoomEventOf<"danmaku.sent" | "gift.sent" | "super.sent">;

function isMessage(event: RoomEvent): event is MessageEvent {
  return event.type === "danmaku.sent" || event.type === "gift.sent" || event.type === "super.sent";
}

function rowOf({ epoch, seq }: ConsumedEntry, event: MessageEvent): NewMessageRow {
  if (event.by === undefined) throw new TypeError("a message without a sender");
  return {
    id: event.data.id,
    epoch,
    seq,
    roomId: event.room,
    sessionId: event.data.session,
    type: event.type,
    at: momentOf(event.at),
    mediaMs: event.mediaMs ?? null,
    byId: event.by.id,
    byName: event.by.name,
    byRole: event.by.role,
    data: event.data,
  };
}

function momentOf(atMs: number): Date {
  const moment = new Date(atMs);
  if (Number.isNaN(moment.getTime())) throw new RangeError("a time that no calendar has");
  return moment;
}
