import { priorityOf } from "@barrage/protocol";
import type { FeedItem, SkippedItem } from "./feed/feed-item.ts";

/** Items between the feed and the consumer of its iterator, in order, bounded. */
export interface ItemQueue {
  /** Adds an item; when the queue is full, makes room first. */
  push(item: FeedItem): void;
  /** The next item, or undefined when the queue is empty. */
  shift(): FeedItem | undefined;
}

/** How little an item would be missed: the greater, the sooner it goes. Undefined: it may never be dropped. */
function dispensability(item: FeedItem): number | undefined {
  switch (item.kind) {
    case "event":
      return priorityOf(item.event);
    case "unknown":
      return 0;
    case "state":
    case "merged":
    case "skipped":
    case "reset":
      return undefined;
  }
}

interface Shed {
  readonly kept: FeedItem[];
  /** How many events went. */
  readonly freed: number;
  /** How many they stood for. */
  readonly count: number;
  readonly cursor: string | undefined;
}

/** Drops the oldest `count` events with at least `floor` of {@link dispensability}. */
function shed(items: readonly FeedItem[], count: number, floor: number): Shed {
  let dropped = 0;
  let merged = 0;
  let cursor: string | undefined;
  const kept = items.filter((item) => {
    const rank = dispensability(item);
    const goes = dropped < count && rank !== undefined && rank >= floor;
    if (item.kind === "merged" && item.cursor === cursor) {
      // Its event has just gone, and all that it stood for with it.
      merged += item.count - 1;
      return false;
    }
    if (!goes || (item.kind !== "event" && item.kind !== "unknown")) return true;
    dropped++;
    cursor = item.cursor;
    return false;
  });
  return { kept, freed: dropped, count: dropped + merged, cursor };
}

const isAlike = (left: SkippedItem, right: SkippedItem) =>
  left.by === right.by && left.reason === right.reason;

/** Merges what tells the same: of states the newest counts, and skipped events add up. */
function merge(items: readonly FeedItem[]): FeedItem[] {
  const merged: FeedItem[] = [];
  for (const item of items) {
    const last = merged.at(-1);
    if (item.kind === "state" && last?.kind === "state") merged.pop();
    if (item.kind === "skipped" && last?.kind === "skipped" && isAlike(last, item)) {
      merged.pop();
      merged.push({ ...item, count: item.count + last.count });
    } else merged.push(item);
  }
  return merged;
}

/**
 * A queue of at most `itemsMax` items. When a slow consumer lets it fill, a half of it is freed at once (so that the
 * cost per event stays constant): the oldest danmaku and counts go first, then whatever is oldest. What went is told
 * by a `skipped` item by `client`, never silent. States and resets are kept, the superseded ones merged.
 */
export function createItemQueue(itemsMax: number): ItemQueue {
  let items: FeedItem[] = [];
  let head = 0;

  function makeRoom() {
    const goal = Math.ceil(itemsMax / 2);
    let kept = items.slice(head);
    let freed = 0;
    let count = 0;
    let cursor: string | undefined;
    for (const floor of [3, 0]) {
      const result = shed(kept, goal - freed, floor);
      kept = result.kept;
      freed += result.freed;
      count += result.count;
      cursor = result.cursor ?? cursor;
    }
    const notice: FeedItem[] = cursor === undefined ? [] : [{ kind: "skipped", by: "client", count, cursor }];
    items = merge([...notice, ...kept]);
    head = 0;
  }

  return {
    push(item) {
      if (items.length - head >= itemsMax) makeRoom();
      items.push(item);
    },
    shift() {
      const item = items[head];
      if (item === undefined) return undefined;
      head++;
      // Compacts rarely enough that taking an item costs a constant.
      if (head > 256 && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
  };
}
