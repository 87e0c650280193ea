import type { Priority } from "@barrage/protocol";
import type { RoomEntry } from "../events/room-entry.ts";

/** A run of events that are not sent, up to and including the one at `cursor`. */
export interface Skipped {
  readonly count: number;
  readonly cursor: string;
}

/** What a viewer that fell behind still gets: kept events, each after what was shed before it. */
export interface ShedPart {
  readonly skipped: Skipped | undefined;
  readonly kept: readonly RoomEntry[];
}

/** Danmaku and counts (3, 4) may be shed; system, moderation, gifts and the host's words never. */
const shedFrom = 3;

/**
 * Sheds from a run of events. Each `skipped` stands exactly where its events were, so a viewer that is cut off in
 * between has neither lost nor repeated anything without being told. `before` is what was shed just before the run;
 * `rest` is what was shed at its end and is still to be told, so that runs can be joined without splitting a count.
 * `onShed` hears of each with its class, for the metrics.
 */
export function shed(
  entries: readonly RoomEntry[],
  before: Skipped | undefined,
  onShed: (count: number, priority: Priority) => void = () => undefined,
): { readonly parts: readonly ShedPart[]; readonly rest: Skipped | undefined } {
  const parts: { skipped: Skipped | undefined; kept: RoomEntry[] }[] = [];
  let rest = before;
  for (const entry of entries) {
    if (entry.priority >= shedFrom) {
      // With it goes all it stands for.
      const count = entry.told?.count ?? 1;
      onShed(count, entry.priority);
      rest = { count: (rest?.count ?? 0) + count, cursor: entry.cursor };
      continue;
    }
    const last = parts.at(-1);
    if (rest !== undefined || last === undefined) parts.push({ skipped: rest, kept: [entry] });
    else last.kept.push(entry);
    rest = undefined;
  }
  return { parts, rest };
}
