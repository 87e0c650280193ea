import { createRoomLimiter, limiterItemOf, limiterSettingsSchema } from "@barrage/domain";
import { newId, type RoomLog } from "@barrage/platform";
import { type RoomEvent, roomEventSchema } from "@barrage/protocol";
import type { SeededRandom } from "@barrage/testkit";
import type { Seen } from "./seen.ts";

const decoder = new TextDecoder();
const publishesAtOnce = 200;

interface CrowdOptions {
  readonly room: string;
  readonly seconds: number;
  readonly perSecond: number;
  readonly startMs: number;
}

/** What a crowd says: many people, some the same, with gifts, the host and counts among it. */
export function crowdEvents(random: SeededRandom, options: CrowdOptions): RoomEvent[] {
  const { room, seconds, perSecond, startMs } = options;
  return Array.from({ length: seconds * perSecond }, (_, index) => {
    const at = startMs + Math.floor((index * 1_000) / perSecond);
    const base = { v: 1, room, at } as const;
    const message = { id: newId(), session: "session0" };
    if (index % perSecond === 0)
      return { ...base, type: "viewers.counted", data: { count: 5_000 + index, peak: 9_000 } };
    const by = { id: `user${random.between(1_000, 4_000)}`, name: "Ann", role: "viewer" } as const;
    if (random.chance(0.01))
      return { ...base, type: "gift.sent", by, data: { ...message, gift: "star", count: 1 } };
    const role = random.chance(0.002) ? "host" : "viewer";
    const text = random.chance(0.2) ? random.pick(["666", "hahaha", "go"]) : `thought ${index}`;
    return {
      ...base,
      type: "danmaku.sent",
      by: { ...by, role },
      data: { ...message, text, color: "#ffffff", mode: "scroll" },
    };
  });
}

/** Stores the events, many at once: the log's own order is what counts. */
export async function publishAll(log: RoomLog, events: readonly RoomEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += publishesAtOnce) {
    const part = events.slice(start, start + publishesAtOnce);
    await Promise.all(part.map((event) => log.publish(event, { messageId: newId() })));
  }
}

/** The whole log of a room. */
export async function readWhole(log: RoomLog, room: string) {
  const stored: { readonly seq: number; readonly event: RoomEvent }[] = [];
  for (;;) {
    const page = await log.readAfter(room, { afterSeq: stored.at(-1)?.seq ?? 0, limit: 1_000 });
    for (const { seq, json } of page.entries)
      stored.push({ seq, event: roomEventSchema.parse(JSON.parse(decoder.decode(json))) });
    if (page.complete) return stored;
  }
}

/** What the pure limiter chooses from a log: `<seq>×<count>` each. */
export function choiceOf(
  room: string,
  stored: readonly { readonly seq: number; readonly event: RoomEvent }[],
  budgetPerSecond: number,
): string[] {
  const limiter = createRoomLimiter(room, limiterSettingsSchema.parse({ budgetPerSecond }));
  return stored
    .flatMap(({ seq, event }) => limiter.push(limiterItemOf(event, seq)))
    .flatMap(({ shown }) => shown.map(({ seq, count }) => `${seq}×${count}`));
}

/** What a viewer was shown, in the same form. */
export function shownTo({ items }: Seen): string[] {
  const shown: string[] = [];
  for (const item of items) {
    if (item.kind === "event") shown.push(`${item.seq}×1`);
    else if (item.frame.type === "merged")
      shown.push(`${String(shown.pop()).split("×")[0]}×${item.frame.count}`);
  }
  return shown;
}

/** How many events a viewer knows of: shown, merged or told as skipped. */
export function accountedBy(seen: Seen): number {
  const merged = seen.controls("merged").reduce((sum, { count }) => sum + count - 1, 0);
  return seen.seqs.length + merged + seen.skippedCount;
}
