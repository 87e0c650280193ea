import { createHistogram, type Histogram } from "./histogram.ts";
import type { SendCounts } from "./senders/send-loop.ts";
import type { Viewers } from "./viewers.ts";

/** Rows about a crowd, one a second. */
export interface LiveTable {
  /** Latencies of all rows. */
  readonly total: Histogram;
  /** Prints the last second. */
  row(): void;
}

interface LiveTableOptions {
  readonly viewers: Viewers;
  readonly counts: SendCounts;
  readonly print: (line: string) => void;
}

const columns = [
  ["time", 5],
  ["viewers", 8],
  ["acked/s", 8],
  ["delivered/s", 12],
  ["p50 ms", 8],
  ["p99 ms", 8],
  ["gaps", 6],
  ["dups", 6],
  ["skipped", 8],
  ["reconn", 7],
] as const;

const headerEvery = 20;

const line = (cells: readonly string[]) =>
  cells.map((cell, index) => cell.padStart(columns[index]?.[1] ?? 8)).join(" ");

/** A table that takes the viewers' latencies second by second. Its gaps are hints; the end counts them exactly. */
export function createLiveTable({ viewers, counts, print }: LiveTableOptions): LiveTable {
  const total = createHistogram();
  let rows = 0;
  let received = 0;
  let acknowledged = 0;
  let atMs = performance.now();
  return {
    total,
    row() {
      const report = viewers.report();
      const nowMs = performance.now();
      const perSecond = (count: number) => String(Math.round((count * 1000) / Math.max(1, nowMs - atMs)));
      if (rows % headerEvery === 0) print(line(columns.map(([name]) => name)));
      rows++;
      print(
        line([
          `${rows}s`,
          String(report.live),
          perSecond(counts.acknowledged - acknowledged),
          perSecond(report.received - received),
          viewers.latency.quantileMs(0.5).toFixed(1),
          viewers.latency.quantileMs(0.99).toFixed(1),
          String(report.gaps),
          String(report.duplicates + report.outOfOrder),
          String(report.skipped),
          String(report.reconnects),
        ]),
      );
      total.add(viewers.latency.buckets);
      viewers.latency.clear();
      ({ received } = report);
      ({ acknowledged } = counts);
      atMs = nowMs;
    },
  };
}
