import { type Priority, priorityOf, type RoomEvent } from "@barrage/protocol";

/** What the limiter knows of an event. */
export interface LimiterItem {
  readonly seq: number;
  /** The event's own time, in milliseconds. */
  readonly atMs: number;
  readonly priority: Priority;
  readonly senderId: string;
  /** Events with the same text say the same and may be merged; empty for events that are never merged. */
  readonly text: string;
  /** The room's viewers, when the event tells of them. */
  readonly viewers: number | undefined;
}

/** An event as the limiter sees it. */
export function limiterItemOf(event: RoomEvent, seq: number): LimiterItem {
  return {
    seq,
    atMs: event.at,
    priority: priorityOf(event),
    senderId: event.by?.id ?? "",
    text: mergeTextOf(event),
    viewers: event.type === "viewers.counted" ? event.data.count : undefined,
  };
}

function mergeTextOf(event: RoomEvent): string {
  if (event.type === "danmaku.sent") return event.data.text;
  // A line break can't stand in a danmaku, so no text passes for a gift.
  return event.type === "gift.sent" ? `gift\n${event.data.gift}\n${event.data.count}` : "";
}
