/** Latencies in buckets: bounded memory whatever comes. */
export interface Histogram {
  /** Counts one value in microseconds. */
  record(micros: number): void;
  /** The value below which the share `quantile` (0–1) lies, in milliseconds; 0 when empty. At most 1.6 % too high. */
  quantileMs(quantile: number): number;
  readonly count: number;
  /** Forgets everything. */
  clear(): void;
  /** The raw buckets, to be added to another histogram. */
  readonly buckets: Float64Array;
  add(buckets: Float64Array): void;
}

/** 64 linear steps per doubling (the layout of HdrHistogram): 1 µs to 2^31 µs. */
const stepBits = 6;
const steps = 1 << stepBits;
const doublings = 26;

function bucketOf(micros: number): number {
  const value = Math.min(2 ** 31 - 1, Math.max(0, Math.trunc(micros)));
  if (value < steps) return value;
  const shift = 31 - Math.clz32(value) - stepBits;
  return (shift + 1) * steps + ((value >>> shift) - steps);
}

function upperEdge(bucket: number): number {
  if (bucket < steps) return bucket;
  const shift = Math.floor(bucket / steps) - 1;
  return ((bucket % steps) + steps + 1) * 2 ** shift - 1;
}

export function createHistogram(): Histogram {
  const buckets = new Float64Array(steps * doublings);
  let count = 0;
  return {
    buckets,
    get count() {
      return count;
    },
    record(micros) {
      const bucket = bucketOf(micros);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      count++;
    },
    add(other) {
      for (const [index, value] of other.entries()) {
        buckets[index] = (buckets[index] ?? 0) + value;
        count += value;
      }
    },
    clear() {
      buckets.fill(0);
      count = 0;
    },
    quantileMs(quantile) {
      const rank = Math.max(1, Math.ceil(count * quantile));
      let seen = 0;
      for (const [bucket, value] of buckets.entries()) {
        seen += value;
        if (value > 0 && seen >= rank) return upperEdge(bucket) / 1000;
      }
      return 0;
    },
  };
}
