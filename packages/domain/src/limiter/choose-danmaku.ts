import { keyedHash } from "./keyed-hash.ts";
import type { LimiterItem } from "./limiter-item.ts";

/** An event that is shown. `count` is how many people said the same in its window: 1, or N for a merged ×N. */
export interface Shown {
  readonly seq: number;
  readonly count: number;
}

/** What is chosen from, and for how many places. */
export interface Choice {
  /** The danmaku of one window, in log order. */
  readonly danmaku: readonly LimiterItem[];
  /** The number of the window: what the rotation turns with. */
  readonly windowIndex: number;
  readonly places: number;
  /** How many of the places merged texts may take. */
  readonly mergedPlacesMax: number;
  /** The room, as a seed, so that nobody stands badly in every room. */
  readonly seed: number;
  /** How much a sender said lately, this window included. */
  readonly recentOf: (senderId: string) => number;
}

interface Group {
  readonly first: LimiterItem;
  senders: number;
}

/** The golden ratio's fraction: the multiples of no other number spread more evenly over a circle (Knuth, TAOCP 6.4). */
const goldenFraction = 0.6180339887498949;

/**
 * Chooses what a crowded window shows: a pure function of the log, so that every node and the replay choose alike.
 *
 * Every sender has one candidate, the first thing they said. Candidates with the same text share a place, shown as
 * ×N, N being the people who said it. A text that so many say that their share of the places is a whole one has a
 * place for sure, as far as merged texts may take places. The other places go by turns: each sender has a fixed place
 * on a circle that the window's number turns, so everybody's turn comes equally often without anybody being
 * remembered; who said n things lately stands n times further back, so saying more does not show more. When
 * everything fits, everything is shown.
 */
export function chooseDanmaku(choice: Choice): Shown[] {
  if (choice.danmaku.length <= choice.places) return choice.danmaku.map(({ seq }) => ({ seq, count: 1 }));
  const candidates = candidatesOf(choice.danmaku);
  const groups = groupsOf(candidates);
  const common = [...groups.values()]
    .filter((group) => group.senders > 1 && group.senders * choice.places >= candidates.length)
    .toSorted((left, right) => right.senders - left.senders || left.first.seq - right.first.seq)
    .slice(0, choice.mergedPlacesMax);
  const taken = new Set(common);
  for (const item of inTurn(candidates, choice)) {
    if (taken.size >= choice.places) break;
    const group = groups.get(item.text);
    // A text of several that has no merged place left is passed over: its people would else be shown as if alone.
    if (group !== undefined && (group.senders === 1 || mergedIn(taken) < choice.mergedPlacesMax))
      taken.add(group);
  }
  return Array.from(taken, (group) => ({ seq: group.first.seq, count: group.senders })).toSorted(
    (left, right) => left.seq - right.seq,
  );
}

function mergedIn(groups: ReadonlySet<Group>): number {
  let merged = 0;
  for (const group of groups) if (group.senders > 1) merged += 1;
  return merged;
}

function candidatesOf(danmaku: readonly LimiterItem[]): LimiterItem[] {
  const first = new Map<string, LimiterItem>();
  for (const item of danmaku) if (!first.has(item.senderId)) first.set(item.senderId, item);
  return [...first.values()];
}

function groupsOf(candidates: readonly LimiterItem[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const item of candidates) {
    const group = groups.get(item.text);
    if (group === undefined) groups.set(item.text, { first: item, senders: 1 });
    else group.senders += 1;
  }
  return groups;
}

function inTurn(candidates: readonly LimiterItem[], choice: Choice): LimiterItem[] {
  const turn = (choice.windowIndex * goldenFraction) % 1;
  return candidates
    .map((item) => {
      const place = (keyedHash(item.senderId, choice.seed) / 2 ** 32 + turn) % 1;
      return { item, distance: place * Math.max(1, choice.recentOf(item.senderId)) };
    })
    .toSorted((left, right) => left.distance - right.distance || left.item.seq - right.item.seq)
    .map(({ item }) => item);
}
