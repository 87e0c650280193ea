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
  /** A session starts with it: what was said before has no say in what is shown of it. */
  readonly startsSession?: boolean;
}

/** What the limiter reads of an event; whoever forwards events unparsed need not know more of them. */
export type LimitedEvent = Pick<RoomEvent, "type" | "by" | "at"> & { readonly data: object };

/** An event as the limiter sees it. */
export function limiterItemOf(event: LimitedEvent, seq: number): LimiterItem {
  const { type, data } = event;
  const isCount = type === "viewers.counted" && "count" in data && typeof data.count === "number";
  // A type that is newer than this code has no class yet: it is shown, as the dearest ones are.
  const priority: Priority | undefined = priorityOf(event);
  return {
    seq,
    atMs: event.at,
    priority: priority ?? 0,
    senderId: event.by?.id ?? "",
    text: mergeTextOf(event),
    viewers: isCount ? Number(data.count) : undefined,
    startsSession: type === "room.started",
  };
}

function mergeTextOf({ type, data }: LimitedEvent): string {
  if (type === "danmaku.sent") return "text" in data ? String(data.text) : "";
  if (type !== "gift.sent" || !("gift" in data) || !("count" in data)) return "";
  // A line break can't stand in a danmaku, so no text passes for a gift.
  return `gift\n${String(data.gift)}\n${String(data.count)}`;
}
