import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Logger } from "../log/create-logger.ts";

/** What every meter says of itself: a name with its unit last, and what it counts in words. */
interface MeterOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  /** Values must come from closed sets of ours: each combination is kept until the process ends. */
  readonly labels?: readonly Label[];
}

interface HistogramOptions<Label extends string> extends MeterOptions<Label> {
  /** Upper bounds, rising; {@link secondsBuckets} when left out. */
  readonly buckets?: readonly number[];
}

interface GaugeOptions<Label extends string> extends MeterOptions<Label> {
  /** Asked at each scrape, with a deadline. What it throws is logged and counted, and the gauge is left out. */
  readonly read: (
    set: (value: number, labels?: Readonly<Record<Label, string>>) => void,
  ) => Promise<void> | void;
}

/** A number that is counted up or measured, per combination of labels. */
export interface Meter<Label extends string> {
  add(value: number, labels?: Readonly<Record<Label, string>>): void;
}

/** A process' metrics for Prometheus. Holds numbers only: nothing to close. */
export interface Meters {
  counter<Label extends string = never>(options: MeterOptions<Label>): Meter<Label>;
  histogram<Label extends string = never>(options: HistogramOptions<Label>): Meter<Label>;
  gauge<Label extends string = never>(options: GaugeOptions<Label>): void;
  /** The registry of prom-client behind it, for what it can do besides. */
  readonly registry: Registry;
  /** All of it in the text format of Prometheus. Never throws, and takes no longer than its slowest gauge may. */
  render(): Promise<string>;
}

/** From half a millisecond to ten seconds: calls to servers, and answers. */
export const secondsBuckets = [
  0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** The content type of {@link Meters.render}. */
export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

interface MetersDeps {
  readonly logger?: Logger | undefined;
  /** A scraper gives up after ten seconds; one gauge that hangs must not cost all others. */
  readonly readMsMax?: number;
}

/** Makes an empty set of metrics, over prom-client with a registry of its own. */
export function createMeters({ logger, readMsMax = 2_000 }: MetersDeps = {}): Meters {
  const registry = new Registry();
  const failures = new Counter({
    name: "barrage_gauge_failures_total",
    help: "Gauges that could not be read at a scrape",
    labelNames: ["gauge"],
    registers: [registry],
  });
  return {
    registry,
    counter(options) {
      const counter = new Counter({ ...common(options), registers: [registry] });
      return {
        add: (value, labels) => (labels === undefined ? counter.inc(value) : counter.inc(labels, value)),
      };
    },
    histogram({ buckets = secondsBuckets, ...options }) {
      const histogram = new Histogram({ ...common(options), buckets: [...buckets], registers: [registry] });
      return {
        add: (value, labels) =>
          labels === undefined ? histogram.observe(value) : histogram.observe(labels, value),
      };
    },
    gauge({ read, ...options }) {
      const gauge = new Gauge({
        ...common(options),
        registers: [registry],
        async collect() {
          const values: (() => void)[] = [];
          try {
            await before(
              readMsMax,
              read((value, labels) => {
                values.push(() => (labels === undefined ? gauge.set(value) : gauge.set(labels, value)));
              }),
            );
          } catch (error) {
            logger?.debug({ error, gauge: options.name }, "a gauge can't be read now");
            failures.inc({ gauge: options.name });
            values.length = 0;
          }
          // Anew: a consumer or a state that is gone must not keep its last value.
          gauge.reset();
          // One without labels would read 0, which is an answer too.
          if (values.length === 0 && (options.labels ?? []).length === 0) gauge.remove();
          for (const set of values) set();
        },
      });
    },
    render: () => registry.metrics(),
  };
}

function common<Label extends string>({ name, help, labels = [] }: MeterOptions<Label>) {
  return { name, help, labelNames: [...labels] };
}

async function before(ms: number, work: Promise<void> | void): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
