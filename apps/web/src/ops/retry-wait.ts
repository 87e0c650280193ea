const leastMs = 1_000;
const rangeMsMax = 30_000;

/** How long to wait before the next attempt after `failures` in a row; `random` in [0, 1) keeps many pages apart. */
export function retryWaitMs(failures: number, random: number): number {
  return leastMs + Math.floor(random * Math.min(rangeMsMax, leastMs * 2 ** Math.min(failures, 30)));
}
