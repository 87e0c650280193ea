import type { Connected, LoadResult } from "./fan-load.ts";
import type { Load } from "./load.ts";
import { median, medianRatio } from "./medians.ts";

/** What one contestant did in one run, in front of so many viewers. */
export interface Sample {
  readonly run: number;
  readonly contestant: string;
  readonly viewers: number;
  readonly connected: Connected;
  readonly loads: readonly LoadResult[];
}

/** One place of the grid. */
export interface Place {
  readonly contestant: string;
  readonly viewers: number;
  readonly load: Load;
}

/** A number that a load's result has or gives. */
export type Reading = (result: LoadResult) => number;

/** The readings that tables and bars show. */
export const readings = {
  cpuPerMillion: ({ cpuS, deliveries }) => (cpuS * 1e6) / deliveries,
  deliveriesPerCpuS: ({ cpuS, deliveries }) => deliveries / cpuS,
  deliveriesPerS: ({ deliveries, seconds }) => deliveries / seconds,
  p50Ms: ({ p50Ms }) => p50Ms,
  p99Ms: ({ p99Ms }) => p99Ms,
  p999Ms: ({ p999Ms }) => p999Ms,
  generatorCores: ({ generatorCpuS, seconds }) => generatorCpuS / seconds,
  unsettled: ({ unsettled }) => unsettled,
  missing: ({ missing }) => missing,
  rssKb: ({ rssKb }) => rssKb,
} satisfies Record<string, Reading>;

/** The measured grid, read as medians over runs. */
export class Grid {
  readonly #samples: readonly Sample[];
  readonly #runs: number;

  constructor(samples: readonly Sample[]) {
    this.#samples = samples;
    this.#runs = Math.max(0, ...samples.map(({ run }) => run + 1));
  }

  /** NaN when it was not measured. */
  median(place: Place, reading: Reading): number {
    return median(this.#byRun(place, reading).filter((value) => value !== undefined));
  }

  /** The median of the quotients within each run. */
  ratio(above: Place, below: Place, reading: Reading): number {
    return medianRatio(this.#byRun(above, reading), this.#byRun(below, reading));
  }

  /** A number of the stretch without messages. */
  idle({ contestant, viewers }: Omit<Place, "load">, reading: (connected: Connected) => number): number {
    const own = this.#samples.filter(
      (sample) => sample.contestant === contestant && sample.viewers === viewers,
    );
    return median(own.map(({ connected }) => reading(connected)).filter(Number.isFinite));
  }

  /** Whether it kept up with the rate that was asked for. */
  keptUp(place: Place): boolean {
    const share: Reading = ({ withheld, published, unsettled }) =>
      unsettled > 0 ? 1 : withheld / Math.max(1, withheld + published);
    return this.median(place, share) <= withheldShareMax;
  }

  #byRun({ contestant, viewers, load }: Place, reading: Reading): (number | undefined)[] {
    return Array.from({ length: this.#runs }, (_, run) => {
      const sample = this.#samples.find(
        (known) => known.run === run && known.contestant === contestant && known.viewers === viewers,
      );
      const result = sample?.loads.find(({ name }) => name === load.name);
      const value = result === undefined ? Number.NaN : reading(result);
      return Number.isFinite(value) ? value : undefined;
    });
  }
}

const withheldShareMax = 0.01;

/** Kilobytes that a viewer adds to the empty server. */
export const idleRssKbPerViewer = (viewers: number) => (connected: Connected) =>
  (connected.idleRssKb - connected.emptyRssKb) / viewers;

/** Microseconds of processor time that a quiet viewer takes each second; NaN where idling was not measured. */
export const idleCpuUsPerViewerS = (viewers: number) => (connected: Connected) =>
  connected.idleS < 1 ? Number.NaN : (connected.idleCpuS * 1e6) / connected.idleS / viewers;
