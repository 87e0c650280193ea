import { parseArgs } from "node:util";
import { describeMachine } from "./harness/machine.ts";
import { type Results, tableOf, writeResults } from "./harness/report.ts";
import { runScenario } from "./harness/run-scenario.ts";
import type { Measure, Scenario } from "./harness/scenario.ts";
import { archiveMillion } from "./scenarios/archive-million.ts";
import { fanOut } from "./scenarios/fan-out.ts";
import { fanOutGzip } from "./scenarios/fan-out-gzip.ts";
import { fanOutStalled } from "./scenarios/fan-out-stalled.ts";
import { fanOutTracing } from "./scenarios/fan-out-tracing.ts";
import { lotteryDraw } from "./scenarios/lottery-draw.ts";
import { lotteryFlashCrowd } from "./scenarios/lottery-flash-crowd.ts";
import { publishToViewer } from "./scenarios/publish-to-viewer.ts";
import { reconnectStorm } from "./scenarios/reconnect-storm.ts";
import { replayCrowd } from "./scenarios/replay-crowd.ts";
import { replayDvr } from "./scenarios/replay-dvr.ts";
import { replayMax } from "./scenarios/replay-max.ts";
import { replayTiming } from "./scenarios/replay-timing.ts";

const scenarios: readonly Scenario[] = [
  fanOut,
  fanOutStalled,
  fanOutGzip,
  reconnectStorm,
  fanOutTracing,
  ...publishToViewer,
  ...lotteryDraw,
  ...lotteryFlashCrowd,
  replayMax,
  replayTiming,
  replayCrowd,
  replayDvr,
  archiveMillion,
];

const usage = `Measures Barrage on this machine, on servers that it starts itself.

  bun run bench [scenario, or part of a name …] [--quick] [--viewers 1000,10000] [--seconds 20]
                [--contestants "C limit,barrage sse"] [--baseline]

--quick measures once, at the largest size, 5 s each: under three minutes. --viewers sets the sizes of the fan-out's
crowds, --contestants who takes part in it. --baseline writes bench/results/baseline.json, the committed numbers to compare with. Scenarios:
${scenarios.map(({ name, title }) => `  ${name.padEnd(26)} ${title}`).join("\n")}`;

const viewersMax = 50_000;

function readArgs() {
  const options = {
    seconds: { type: "string" },
    viewers: { type: "string" },
    contestants: { type: "string" },
    quick: { type: "boolean", default: false },
    baseline: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const isQuick = values.quick;
  const seconds = Number(values.seconds ?? (isQuick ? "5" : "20"));
  const viewers = values.viewers?.split(",").map(Number);
  const contestants = values.contestants?.split(",").map((name) => name.trim());
  if (viewers?.some((count) => !Number.isInteger(count) || count < 20 || count > viewersMax))
    throw new Error(`--viewers must be whole numbers from 20 to ${viewersMax}, with commas between`);
  if (!Number.isInteger(seconds) || seconds < 1) throw new Error("--seconds must be a whole number above 0");
  // A whole name means that one alone: `fan-out` is a part of others, too.
  const isOf = (part: string, name: string) =>
    scenarios.some((scenario) => scenario.name === part) ? name === part : name.includes(part);
  const asked = (name: string) => positionals.length === 0 || positionals.some((part) => isOf(part, name));
  const chosen = scenarios.filter(({ name }) => asked(name));
  if (chosen.length === 0) throw new Error(`no scenario's name has ${positionals.join(" or ")} in it`);
  return { seconds, viewers, contestants, isQuick, chosen, isBaseline: values.baseline, isHelp: values.help };
}

function print(lines: readonly string[]) {
  progress("");
  console.log(lines.join("\n"));
}

function progress(line: string) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line}`);
}

async function main() {
  const { chosen, isBaseline, isHelp, ...options } = readArgs();
  if (isHelp) return console.log(usage);
  const machine = describeMachine();
  const { cpu, cores, memoryGb, bun, commit, isDirty } = machine;
  console.log(
    `${cpu}, ${cores} cores, ${memoryGb} GB, Bun ${bun}, ${commit}${isDirty ? " and changes" : ""}\n`,
  );
  const measured: Record<string, readonly Measure[]> = {};
  const notes: Record<string, readonly string[]> = {};
  for (const scenario of chosen) {
    const noted: string[] = [];
    const note = (line: string) => {
      noted.push(line);
      print([`not measured: ${line}`]);
    };
    const measures = await runScenario(scenario, { ...options, progress, print, note });
    if (noted.length > 0) notes[scenario.name] = noted;
    measured[scenario.name] = measures;
    progress("");
    console.log([scenario.title, ...tableOf(scenario.name, measures), ""].join("\n"));
  }
  const results: Results = { at: new Date().toISOString(), machine, scenarios: measured, notes };
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
