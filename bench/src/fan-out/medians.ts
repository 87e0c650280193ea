/** The middle value; the mean of the two middle ones of an even number. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * The median of the quotients of values that were measured in the same run: a machine that was slow for a while slowed
 * both. NaN when no run has both.
 */
export function medianRatio(
  above: readonly (number | undefined)[],
  below: readonly (number | undefined)[],
): number {
  const pairs = above.map((value, run) => {
    const divisor = below[run];
    return value === undefined || divisor === undefined ? undefined : value / divisor;
  });
  return median(pairs.filter((ratio) => ratio !== undefined));
}
