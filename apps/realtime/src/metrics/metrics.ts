import { createMeters, type Meters, secondsBuckets } from "@barrage/platform";
import type { Priority, ResetReason } from "@barrage/protocol";
import type { Encoding } from "../events/batch.ts";

type Labels = Readonly<Record<string, string>>;

/** Values that are asked for when somebody looks. */
export interface Gauges {
  readonly viewers: () => number;
  readonly rooms: () => number;
  /** What all rings hold. */
  readonly ring_bytes: () => number;
  /** How far all viewers together are behind whose socket is full or who resume: what is kept for them, in the rings. */
  readonly behind_bytes: () => number;
}

/** What the node counts. Read by tests and by `GET /metrics`. */
export interface Metrics {
  /** A batch was encoded for live viewers: grows with batches and formats, never with viewers. */
  encoded(format: Encoding): void;
  /** So many events of a room were given to those who watch it. */
  flushed(events: number): void;
  /** A batch was written: in front of a crowd, to a part of it. */
  batched(): void;
  /** So many events went to viewers, all viewers added up. */
  delivered(events: number): void;
  /** A viewer's socket was full. */
  stalled(): void;
  /** A viewer was ended because it could not keep up. */
  slowClosed(): void;
  /** So many events of a class were left out for a viewer that could not keep up. */
  skipped(events: number, priority: Priority): void;
  /** A viewer that came or came back is live: so many events it was sent first. */
  resumed(events: number): void;
  /** A batch was written whose oldest event is so old, by the clock of the process that published it. */
  written(oldestMs: number): void;
  /** So many danmaku came after a silence had decided their window: nodes may have chosen differently there. */
  late(danmaku: number): void;
  reset(reason: ResetReason): void;
  /** A hole in the live feed was repaired. */
  repaired(): void;
  /** A page of the log was read for viewers that resume. */
  pageRead(): void;
  refused(code: string): void;
  /** The sum over all labels, or the value of one. */
  value(name: string, labels?: Labels): number;
  /** In the Prometheus text format, with what the process' other parts meter. */
  render(gauges: Gauges): Promise<string>;
}

/** The part of {@link Metrics} that a room counts. */
export type RoomMetrics = Pick<
  Metrics,
  | "encoded"
  | "flushed"
  | "batched"
  | "delivered"
  | "stalled"
  | "slowClosed"
  | "skipped"
  | "late"
  | "reset"
  | "resumed"
  | "written"
>;

const counterNames = [
  "encodes",
  "batches",
  "events",
  "deliveries",
  "stalls",
  "slow_closes",
  "skipped_events",
  "late_danmaku",
  "resets",
  "feed_repairs",
  "log_pages",
  "refused",
] as const;
type CounterName = (typeof counterNames)[number];

/** As it is told to Prometheus. */
const classNames: Readonly<Record<Priority, string>> = {
  0: "system",
  1: "gifts",
  2: "staff",
  3: "danmaku",
  4: "counts",
};

const resumeBuckets = [0, 1, 10, 50, 100, 500, 1_000, 5_000, 10_000, 20_000];

/** Starts all counters at zero. What is counted per batch stays in plain maps: it is the node's hottest path. */
export function createMetrics({ meters = createMeters() }: { readonly meters?: Meters } = {}): Metrics {
  const resumeDepth = meters.histogram({
    name: "barrage_realtime_resume_depth_events",
    help: "Events that a viewer was sent before it was live",
    buckets: resumeBuckets,
  });
  const age = meters.histogram({
    name: "barrage_realtime_event_age_seconds",
    help: "From when an event was published to when it was written to the viewers' sockets: a batch's oldest",
    buckets: secondsBuckets,
  });
  const counters = new Map<CounterName, Map<string, number>>(counterNames.map((name) => [name, new Map()]));
  const add = (name: CounterName, amount = 1, labels = ""): void => {
    const values = counters.get(name);
    values?.set(labels, (values.get(labels) ?? 0) + amount);
  };
  return {
    encoded: (format) => add("encodes", 1, labelText({ format })),
    flushed: (events) => add("events", events),
    batched: () => add("batches"),
    delivered: (events) => add("deliveries", events),
    stalled: () => add("stalls"),
    slowClosed: () => add("slow_closes"),
    skipped: (events, priority) => add("skipped_events", events, labelText({ class: classNames[priority] })),
    resumed: (events) => resumeDepth.add(events),
    written: (oldestMs) => age.add(Math.max(0, oldestMs) / 1_000),
    late: (danmaku) => add("late_danmaku", danmaku),
    reset: (reason) => add("resets", 1, labelText({ reason })),
    repaired: () => add("feed_repairs"),
    pageRead: () => add("log_pages"),
    refused: (code) => add("refused", 1, labelText({ code })),
    value(name, labels) {
      for (const [known, values] of counters) {
        if (known !== name) continue;
        if (labels !== undefined) return values.get(labelText(labels)) ?? 0;
        return [...values.values()].reduce((sum, value) => sum + value, 0);
      }
      throw new Error(`no counter is named ${name}`);
    },
    render: async (gauges) => `${render(counters, gauges)}${await meters.render()}`,
  };
}

/** Label values come from closed sets of ours, so they need no escaping. */
function labelText(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",")}}`;
}

function render(counters: ReadonlyMap<CounterName, ReadonlyMap<string, number>>, gauges: Gauges): string {
  const lines: string[] = [];
  for (const [name, values] of counters) {
    lines.push(`# TYPE barrage_realtime_${name}_total counter`);
    const samples = values.size > 0 ? [...values] : [["", 0] as const];
    for (const [labels, value] of samples) lines.push(`barrage_realtime_${name}_total${labels} ${value}`);
  }
  for (const [name, read] of Object.entries(gauges)) {
    lines.push(`# TYPE barrage_realtime_${name} gauge`, `barrage_realtime_${name} ${read()}`);
  }
  return `${lines.join("\n")}\n`;
}
