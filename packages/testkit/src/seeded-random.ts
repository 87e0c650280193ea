import { testConfig } from "./config.ts";

/** Repeatable randomness for fuzz tests. */
export interface SeededRandom {
  readonly seed: number;
  /** In [0, 1). */
  readonly next: () => number;
  /** An integer in [0, end). */
  readonly below: (end: number) => number;
  /** An integer in [from, to], both included. */
  readonly between: (from: number, to: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  readonly shuffle: <T>(items: readonly T[]) => T[];
}

/**
 * A generator that prints its seed, so that a failure can be repeated: `TEST_SEED=<seed> bun test <file>`
 * overrides the one given here. Without either, the seed is a new one each run.
 * The algorithm is mulberry32 (Tommy Ettinger, public domain).
 */
export function seededRandom(seed = Math.floor(Math.random() * 2 ** 32)): SeededRandom {
  const used = testConfig.seed() ?? seed;
  process.stderr.write(`seed ${used} (repeat with TEST_SEED=${used})\n`);
  const next = mulberry32(used);
  const below = (end: number) => Math.floor(next() * end);
  return {
    seed: used,
    next,
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (probability) => next() < probability,
    pick: <T>(items: readonly T[]) => at(items, below(items.length)),
    shuffle: <T>(items: readonly T[]) => {
      // Sorting by drawn keys: as fair as Fisher-Yates, without swapping in place.
      return items
        .map((item) => ({ item, key: next() }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ item }) => item);
    },
  };
}

function at<T>(items: readonly T[], index: number): T {
  // A loop, since T itself may include undefined: an index access could not tell a missing item from one.
  for (const item of items.slice(index, index + 1)) return item;
  throw new Error("nothing to pick from");
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
