/** Counts by name in this second of a room's own time and in the one before. */
export interface PerSecondCounter {
  /** Counts `name` once more at `atMs`, which never goes back, and returns its count in this second. */
  add(name: string, atMs: number): number;
  /** The count of `name` in this second and the one before. */
  recent(name: string): number;
}

/**
 * Keeps two generations of a second each, so that whoever has read the last two seconds of a log counts as everybody
 * else does. Beyond `namesMax` names in a second, new names are not counted: memory is bounded, whoever floods.
 */
export function createPerSecondCounter(namesMax: number): PerSecondCounter {
  let second = Number.NEGATIVE_INFINITY;
  let current = new Map<string, number>();
  let previous = new Map<string, number>();

  const turnTo = (now: number) => {
    if (now <= second) return;
    previous = now === second + 1 ? current : new Map();
    current = new Map();
    second = now;
  };

  return {
    add(name, atMs) {
      turnTo(Math.floor(atMs / 1_000));
      const count = (current.get(name) ?? 0) + 1;
      if (count > 1 || current.size < namesMax) current.set(name, count);
      return count;
    },
    recent: (name) => (current.get(name) ?? 0) + (previous.get(name) ?? 0),
  };
}
