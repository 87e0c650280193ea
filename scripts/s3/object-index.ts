import type { ObjectMeta } from "./object-meta.ts";

/**
 * A bucket's objects by key, held in memory (about half a kilobyte each: plenty for development) and rebuilt from
 * the files at start. Being synchronous is what makes check-and-publish one step.
 */
export type ObjectIndex = Readonly<{
  get(key: string): ObjectMeta | undefined;
  set(meta: ObjectMeta): void;
  delete(key: string): void;
  isEmpty(): boolean;
  /** Objects in S3's order, from the first key that is `> after` (and `>= from`). */
  inOrder(start: Readonly<{ from: string; after: string }>): Iterable<ObjectMeta>;
}>;

export function createObjectIndex(): ObjectIndex {
  const objects = new Map<string, ObjectMeta>();
  let sorted: readonly string[] | undefined; // dropped when a key comes or goes, made again by the next listing

  return {
    get: (key) => objects.get(key),
    set(meta) {
      if (!objects.has(meta.key)) sorted = undefined;
      objects.set(meta.key, meta);
    },
    delete(key) {
      if (objects.delete(key)) sorted = undefined;
    },
    isEmpty: () => objects.size === 0,
    *inOrder({ from, after }) {
      sorted ??= [...objects.keys()].toSorted(compareKeys);
      const keys = sorted;
      const first = lowerBound(keys, compareKeys(from, after) > 0 ? from : after);
      for (let at = keys[first] === after ? first + 1 : first; at < keys.length; at++) {
        const meta = objects.get(keys[at] ?? "");
        if (meta) yield meta;
      }
    },
  };
}

/**
 * Order of the keys' UTF-8 bytes, which is S3's. Differs from JavaScript's order of UTF-16 units only where a
 * surrogate (an emoji, say) meets a unit above it.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return utf8Rank(left) - utf8Rank(right);
  }
  return a.length - b.length;
}

const utf8Rank = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle] ?? "", key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
