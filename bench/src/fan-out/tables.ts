import { digits } from "../harness/report.ts";
import type { Measure } from "../harness/scenario.ts";
import { type Grid, idleRssKbPerViewer, type Place, readings } from "./cells.ts";
import { loads } from "./load.ts";

interface TableOptions {
  readonly contestants: readonly string[];
  readonly viewers: number;
}

const columns = [
  "CPU s/M",
  "× limit",
  "deliveries/s",
  "p50 ms",
  "p99 ms",
  "p99.9 ms",
  "KB/viewer",
  "generator",
];
const nameWidth = 14;
const columnWidth = 13;

/** Every number of one size of crowd, a table per load. */
export function tablesOf(grid: Grid, { contestants, viewers }: TableOptions): string[] {
  return loads.flatMap((load) => [
    `${viewers} viewers, ${load.title}`,
    `  ${"".padEnd(nameWidth)}${columns.map((title) => title.padStart(columnWidth)).join("")}`,
    ...contestants.map((contestant) => rowOf(grid, { contestant, viewers, load })),
    "",
  ]);
}

function rowOf(grid: Grid, place: Place): string {
  const of = (reading: (typeof readings)[keyof typeof readings]) => grid.median(place, reading);
  const numbers = [
    of(readings.cpuPerMillion),
    grid.ratio(place, { ...place, contestant: "C limit" }, readings.cpuPerMillion),
    of(readings.deliveriesPerS),
    of(readings.p50Ms),
    of(readings.p99Ms),
    of(readings.p999Ms),
    grid.idle(place, idleRssKbPerViewer(place.viewers)),
    of(readings.generatorCores),
  ];
  const cells = numbers.map((value) => (Number.isFinite(value) ? digits(value) : "–").padStart(columnWidth));
  const isBehind = Number.isFinite(numbers[0] ?? Number.NaN) && !grid.keptUp(place);
  return `  ${place.contestant.padEnd(nameWidth)}${cells.join("")}${isBehind ? "  behind" : ""}`;
}

const units = {
  cpuPerMillion: "CPU s per million deliveries",
  deliveriesPerS: "deliveries per s",
  p50Ms: "ms",
  p99Ms: "ms",
  p999Ms: "ms",
  generatorCores: "cores of the generator",
  missing: "deliveries missing, all declared",
} as const satisfies Partial<Record<keyof typeof readings, string>>;

/** Every number of one size of crowd, for the results' file. */
export function detailsOf(grid: Grid, { contestants, viewers }: TableOptions): Measure[] {
  return contestants.flatMap((contestant) => [
    ...memoryOf(grid, { contestant, viewers }),
    ...loads.flatMap((load) =>
      Object.entries(units).flatMap(([name, unit]) => {
        // Safe: the entries of `units` are named like readings, as `satisfies` says; Object.entries forgets it.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        const value = grid.median({ contestant, viewers, load }, readings[name as keyof typeof units]);
        const label = `${viewers} viewers, ${load.name}, ${contestant}: ${name}`;
        return Number.isFinite(value) ? [{ name: label, value, unit, isDetail: true }] : [];
      }),
    ),
  ]);
}

function memoryOf(grid: Grid, place: Omit<Place, "load">): Measure[] {
  const { contestant, viewers } = place;
  const value = grid.idle(place, idleRssKbPerViewer(viewers));
  const name = `${viewers} viewers, ${contestant}: RSS, idle`;
  return Number.isFinite(value) ? [{ name, value, unit: "KB per viewer", isDetail: true }] : [];
}
