import { type Choice, chooseDanmaku, type Shown } from "./choose-danmaku.ts";
import type { LimiterItem } from "./limiter-item.ts";
import type { LimiterSettings } from "./limiter-settings.ts";

/** A run of the log that is decided: nothing more of it will be shown. */
export interface Decision {
  /** The run ends with this event. */
  readonly untilSeq: number;
  /** How many events the run has. */
  readonly total: number;
  /** What is shown of them, in log order. */
  readonly shown: readonly Shown[];
}

/** More is not collected in one window; what comes on top is shed, so that memory is bounded. */
export const windowItemsMax = 20_000;

/** So much of the log's time counts as one burst. */
const burstMs = 500;

/** How many danmaku came in a window that has ended. */
interface EndedWindow {
  readonly endMs: number;
  readonly danmakuCame: number;
}

/** A stretch of the log's time, while it lasts. */
export interface LimiterWindow {
  readonly index: number;
  readonly lengthMs: number;
  readonly endMs: number;
  /** Places for danmaku: the window's share of the budget. */
  readonly places: number;
  /**
   * What may come within half a second without anything being shed, however it is spread over the windows: a small
   * room that laughs at once is not a crowd. Counted by what came, not by what was shown, so that nothing older than
   * that half second has a say.
   */
  readonly burstPlaces: number;
  /** The windows of the last half second before this one. */
  readonly earlier: readonly EndedWindow[];
  /** How many of the places merged texts may take. */
  readonly mergedPlaces: number;
  /** Places for gifts and for what host and moderators say. */
  readonly dearPlaces: number;
  readonly sameTextPerSecond: number;
  /** A crowded window is collected and then chosen from; a calm one shows what comes while there is place. */
  crowded: boolean;
  /** It was decided before it ended. */
  isFlushed: boolean;
  items: LimiterItem[];
  /** Events that came and were not decided at once, collected or not. */
  undecided: number;
  lastSeq: number;
  danmakuCame: number;
  dearCame: number;
  placesTaken: number;
}

/** Opens the window that `logMs` falls in, after `previous`. */
export function openWindow(
  logMs: number,
  settings: LimiterSettings & { readonly lengthMs: number },
  previous: LimiterWindow | undefined,
): LimiterWindow {
  const { lengthMs } = settings;
  const index = Math.floor(logMs / lengthMs);
  const startMs = index * lengthMs;
  const isNext = previous !== undefined && startMs < previous.endMs + previous.lengthMs;
  return {
    index,
    lengthMs,
    endMs: (index + 1) * lengthMs,
    places: placesOf(index, (settings.budgetPerSecond * lengthMs) / 1_000),
    burstPlaces: Math.floor((settings.budgetPerSecond * burstMs) / 1_000),
    earlier:
      previous === undefined ? [] : [...previous.earlier, previous].flatMap(endedAfter(startMs - burstMs)),
    mergedPlaces: placesOf(index, (settings.budgetPerSecond * settings.mergedShare * lengthMs) / 1_000),
    dearPlaces: placesOf(index, (settings.dearPerSecond * lengthMs) / 1_000),
    sameTextPerSecond: settings.sameTextPerSecond,
    crowded: isNext && wasFull(previous),
    isFlushed: false,
    items: [],
    undecided: 0,
    lastSeq: 0,
    danmakuCame: 0,
    dearCame: 0,
    placesTaken: 0,
  };
}

const endedAfter =
  (sinceMs: number) =>
  ({ endMs, danmakuCame }: EndedWindow): EndedWindow[] =>
    endMs > sinceMs ? [{ endMs, danmakuCame }] : [];

/** Whether what came lately, up to now, is more than a burst. */
export function isBeyondBurst(window: LimiterWindow): boolean {
  const came = window.earlier.reduce((sum, { danmakuCame }) => sum + danmakuCame, window.danmakuCame);
  return came > window.burstPlaces;
}

/** Whether more came than could be shown. */
function wasFull(window: LimiterWindow): boolean {
  if (window.dearCame > window.dearPlaces) return true;
  return window.danmakuCame > window.places && isBeyondBurst(window);
}

/** Puts an event aside until the window is decided. Danmaku beyond the bound only count. */
export function collect(window: LimiterWindow, item: LimiterItem): void {
  window.undecided += 1;
  window.lastSeq = item.seq;
  if (item.priority !== 3 || window.items.length < windowItemsMax) window.items.push(item);
}

/** Decides everything that was collected, and leaves the window empty and calm. */
export function decideWindow(window: LimiterWindow, context: Pick<Choice, "seed" | "recentOf">): Decision[] {
  const { items, undecided: total, lastSeq: untilSeq } = window;
  if (total === 0) return [];
  const places = window.places - window.placesTaken;
  const danmaku = chooseDanmaku({
    danmaku: items.filter((item) => item.priority === 3),
    windowIndex: window.index,
    places,
    mergedPlacesMax: window.mergedPlaces,
    ...context,
  });
  const dear = mergeDear(
    items.filter((item) => item.priority !== 3),
    window.dearPlaces,
  );
  Object.assign(window, {
    items: [],
    undecided: 0,
    crowded: false,
    placesTaken: window.placesTaken + danmaku.length,
  });
  return [{ untilSeq, total, shown: [...dear, ...danmaku].toSorted((left, right) => left.seq - right.seq) }];
}

/** Nothing of this is ever dropped; when it is too much, equal gifts become one ×N. */
function mergeDear(items: readonly LimiterItem[], places: number): Shown[] {
  if (items.length <= places) return items.map(({ seq }) => ({ seq, count: 1 }));
  const bySaying = Map.groupBy(items, (item) => item.text || item.seq);
  return Array.from(bySaying.values(), (same) => ({ seq: same[0]?.seq ?? 0, count: same.length }));
}

/** The places of window `index`. Fractions are carried by the index, so that no state is needed for them. */
function placesOf(index: number, placesPerWindow: number): number {
  return Math.floor((index + 1) * placesPerWindow) - Math.floor(index * placesPerWindow);
}
