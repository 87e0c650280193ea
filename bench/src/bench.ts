import { parseArgs } from "node:util";
import { describeMachine } from "./harness/machine.ts";
import { type Results, tableOf, writeResults } from "./harness/report.ts";
import { runScenario } from "./harness/run-scenario.ts";
import type { Measure, Scenario } from "./harness/scenario.ts";
import { publishToViewer } from "./scenarios/publish-to-viewer.ts";

const scenarios: readonly Scenario[] = [...publishToViewer];

const usage = `Measures Barrage on this machine, on servers that it starts itself.

  bun run bench [part of a scenario's name …] [--seconds 20] [--baseline]

--baseline writes bench/results/baseline.json, the committed numbers to compare with. Scenarios:
${scenarios.map(({ name, title }) => `  ${name.padEnd(26)} ${title}`).join("\n")}`;

function readArgs() {
  const options = {
    seconds: { type: "string", default: "20" },
    baseline: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1) throw new Error("--seconds must be a whole number above 0");
  const asked = (name: string) => positionals.length === 0 || positionals.some((part) => name.includes(part));
  const chosen = scenarios.filter(({ name }) => asked(name));
  if (chosen.length === 0) throw new Error(`no scenario's name has ${positionals.join(" or ")} in it`);
  return { seconds, chosen, isBaseline: values.baseline, isHelp: values.help };
}

function progress(line: string) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line}`);
}

async function main() {
  const { seconds, chosen, isBaseline, isHelp } = readArgs();
  if (isHelp) return console.log(usage);
  const machine = describeMachine();
  const { cpu, cores, memoryGb, bun, commit, isDirty } = machine;
  console.log(
    `${cpu}, ${cores} cores, ${memoryGb} GB, Bun ${bun}, ${commit}${isDirty ? " and changes" : ""}\n`,
  );
  const measured: Record<string, readonly Measure[]> = {};
  for (const scenario of chosen) {
    const measures = await runScenario(scenario, { seconds, progress });
    measured[scenario.name] = measures;
    progress("");
    console.log([scenario.title, ...tableOf(scenario.name, measures), ""].join("\n"));
  }
  const results: Results = { at: new Date().toISOString(), machine, scenarios: measured };
  console.log(writeResults(results, isBaseline));
}

try {
  await main();
  process.exit(0);
} catch (error) {
  progress("");
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
