import type { Measure } from "../harness/scenario.ts";
import type { FanLoadResult } from "./fan-load.ts";
import { median } from "./medians.ts";

/** A crowd that reads, beside the same crowd of which some never read. */
export interface Pair {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly cpuPerMillion: number;
  readonly deliveriesPerS: number;
  readonly p99Ratio: number;
  /** 1 for a half that was still behind in the end. */
  readonly allWithheldShare: number;
  readonly someWithheldShare: number;
  /** The node's memory, beyond that of the crowd that reads. */
  readonly rssKbPerStalled: number;
  /** How far the node says that one is behind. */
  readonly behindKbPerStalled: number;
}

/** Above it, a p99 is that of the messages that may be in flight, whoever is stalled. */
export const withheldShareMax = 0.01;
/** Of a small crowd's few stalled viewers, memory is noise. */
const barViewers = 5_000;

/** @throws Error when a half has no load, or nobody was asked what it holds. */
export function pairOf(allResult: FanLoadResult, someResult: FanLoadResult, stalled: number): Pair {
  const [all] = allResult.loads;
  const [some] = someResult.loads;
  const { held } = someResult;
  if (all === undefined || some === undefined || held === undefined)
    throw new Error("a half was not measured");
  const share = ({ withheld, published, unsettled }: typeof all) =>
    unsettled > 0 ? 1 : withheld / Math.max(1, withheld + published);
  return {
    p50Ms: some.p50Ms,
    p99Ms: some.p99Ms,
    p999Ms: some.p999Ms,
    cpuPerMillion: (some.cpuS * 1e6) / some.deliveries,
    deliveriesPerS: some.deliveries / some.seconds,
    p99Ratio: some.p99Ms / all.p99Ms,
    allWithheldShare: share(all),
    someWithheldShare: share(some),
    rssKbPerStalled: (some.rssKb - all.rssKb) / stalled,
    behindKbPerStalled: held.behindBytes / 1_024 / stalled,
  };
}

const mediansOf = (pairs: readonly Pair[]) => (key: keyof Pair) => median(pairs.map((pair) => pair[key]));

/** Of the half in which more was withheld. */
export function withheldShareOf(pairs: readonly Pair[]): number {
  const of = mediansOf(pairs);
  return Math.max(of("allWithheldShare"), of("someWithheldShare"));
}

/** Medians over the pairs. No verdict on a p99 when the node was full, nor on a small crowd's memory. */
export function measuresOf(name: string, viewers: number, pairs: readonly Pair[]): Measure[] {
  const of = mediansOf(pairs);
  const barOf = (applies: boolean, bar: number) => (applies ? { bar } : {});
  const p99Bar = barOf(withheldShareOf(pairs) <= withheldShareMax, 1.1);
  const memoryBar = barOf(viewers >= barViewers, 64);
  const line = (what: string, value: number, unit: string) => ({ name: `${name}: ${what}`, value, unit });
  return [
    line("viewers", viewers, "of whom some are stalled"),
    line("withheld, all reading", of("allWithheldShare") * 100, "% of the messages"),
    line("withheld, some stalled", of("someWithheldShare") * 100, "% of the messages"),
    line("healthy p50", of("p50Ms"), "ms"),
    line("healthy p99", of("p99Ms"), "ms"),
    line("healthy p99.9", of("p999Ms"), "ms"),
    line("CPU", of("cpuPerMillion"), "s per million deliveries"),
    line("deliveries", of("deliveriesPerS"), "per s, to healthy ones"),
    { ...line("healthy p99, moved", of("p99Ratio"), "× without stalled ones"), ...p99Bar },
    line("behind", of("behindKbPerStalled"), "KB per stalled viewer, says the node"),
    { ...line("RSS, added", of("rssKbPerStalled"), "KB per stalled viewer"), ...memoryBar },
  ];
}
