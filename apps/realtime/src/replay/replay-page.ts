import { type LimiterItem, limiterItemOf, nextMoment } from "@barrage/domain";
import type { ArchivedEvent } from "@barrage/platform";
import { type RoomMoment, roomEventSchema } from "@barrage/protocol";
import { prepareEntry, type RoomEntry } from "../events/room-entry.ts";

/** One event of a session, as every viewer of its replay gets it. */
export interface ReplayEvent {
  readonly seq: number;
  /** Its moment: the time of the log, which is the latest `at` so far. */
  readonly logMs: number;
  readonly entry: RoomEntry;
  readonly item: LimiterItem;
  /** The message that it is, if it is one that may be deleted. */
  readonly messageId: string | undefined;
}

/** A run of a session's events, shared by all viewers who are near. */
export interface ReplayPage {
  readonly events: readonly ReplayEvent[];
  /** What it holds in memory, about. */
  readonly bytes: number;
}

const decoder = new TextDecoder();
/** What an event costs beyond its frame. */
const eventBytes = 400;

/** Prepares stored events for viewers; `fromMs` is the time of the log at the first of them. */
export function createReplayPage(
  epoch: string,
  stored: readonly ArchivedEvent[],
  fromMs: number,
): ReplayPage {
  const events: ReplayEvent[] = [];
  let logMs = fromMs;
  let bytes = 0;
  for (const { seq, json } of stored) {
    const entry = prepareEntry(epoch, { seq, json })?.entry;
    if (entry === undefined) continue;
    // Safe: `prepareEntry` has just read the same bytes and found what the limiter looks at.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const event = JSON.parse(decoder.decode(json)) as Parameters<typeof limiterItemOf>[0];
    const item = limiterItemOf(event, seq);
    logMs = Math.max(logMs, item.atMs);
    bytes += entry.frame.length + eventBytes;
    events.push({ seq, logMs, entry, item, messageId: messageIdOf(event) });
  }
  return { events, bytes };
}

function messageIdOf({ type, data }: { readonly type: string; readonly data: object }): string | undefined {
  const isMessage = type === "danmaku.sent" || type === "gift.sent" || type === "super.sent";
  return isMessage && "id" in data && typeof data.id === "string" ? data.id : undefined;
}

/** The room as some events leave it. */
export function momentAfter(moment: RoomMoment, events: readonly ReplayEvent[]): RoomMoment {
  return events.reduce((before, { item, entry }) => {
    // Only these classes tell of the room's state; danmaku, by far the most, need not be read.
    if (item.priority !== 0 && item.priority !== 4) return before;
    const event = roomEventSchema.safeParse(JSON.parse(decoder.decode(entry.json)));
    return event.success ? nextMoment(before, event.data) : before;
  }, moment);
}
