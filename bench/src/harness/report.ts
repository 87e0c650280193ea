import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Machine } from "./machine.ts";
import type { Measure } from "./scenario.ts";

const resultsSchema = z.object({
  at: z.string(),
  machine: z.object({ cpu: z.string(), cores: z.number(), commit: z.string() }).loose(),
  scenarios: z.record(
    z.string(),
    z.array(z.object({ name: z.string(), value: z.number().nullable(), unit: z.string() }).loose()),
  ),
});

/** The measures of each scenario, and where they come from. */
export interface Results {
  readonly at: string;
  readonly machine: Machine;
  /** A value that was not measured is null in the file. */
  readonly scenarios: Readonly<Record<string, readonly Measure[]>>;
  /** What a scenario could not measure, and why. */
  readonly notes: Readonly<Record<string, readonly string[]>>;
}

const resultsDir = join(import.meta.dir, "..", "..", "results");
const baselineFile = join(resultsDir, "baseline.json");

/** The committed results to compare with, where there are any. */
export function readBaseline(): z.infer<typeof resultsSchema> | undefined {
  try {
    return resultsSchema.parse(JSON.parse(readFileSync(baselineFile, "utf8")));
  } catch {
    return undefined;
  }
}

/** Writes results. @returns the file. */
export function writeResults(results: Results, isBaseline: boolean): string {
  const name = results.at.replaceAll(/[:.]/g, "-");
  const file = isBaseline ? baselineFile : join(resultsDir, `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return file;
}

/** A number as tables show it; NaN, as that of what was not measured, as a dash. */
export const digits = (value: number) =>
  Number.isNaN(value) ? "–" : Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);

/** Whether there is something that a measure must reach. */
export const hasBar = ({ bar, atLeast }: Measure) => bar !== undefined || atLeast !== undefined;

/** Whether a measure reaches its bar, in words; empty when it has none. */
export function verdictOf(measure: Measure): string {
  const { value, bar, atLeast } = measure;
  const verdict = (isMet: boolean) => (Number.isNaN(value) ? "not measured" : isMet ? "met" : "MISSED");
  if (bar !== undefined) return `${verdict(value <= bar)}: at most ${bar}`;
  if (atLeast !== undefined) return `${verdict(value >= atLeast)}: at least ${atLeast}`;
  return "";
}

/** A scenario's measures as lines of a table, beside the baseline's. */
export function tableOf(name: string, measures: readonly Measure[]): string[] {
  const baseline = readBaseline()?.scenarios[name];
  const shown = measures.filter(({ isDetail }) => isDetail !== true);
  const width = Math.max(16, ...shown.map(({ name }) => name.length));
  return shown.map((measure) => {
    const { name: label, value, unit } = measure;
    const old = baseline?.find((known) => known.name === label)?.value;
    const oldText = old === undefined || old === null ? "" : `baseline ${digits(old)}`;
    return `  ${label.padEnd(width)} ${digits(value).padStart(10)} ${unit.padEnd(26)} ${oldText.padEnd(20)} ${verdictOf(measure)}`.trimEnd();
  });
}
