import { barrageSse, barrageWs } from "../fan-out/contestants/barrage.ts";
import type { Contestant } from "../fan-out/contestants/contestant.ts";
import { openLab } from "../fan-out/lab.ts";
import { lively } from "../fan-out/load.ts";
import { type Lab, measureContestant } from "../fan-out/measure-contestant.ts";
import { median } from "../fan-out/medians.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";

const viewersDefault = 10_000;
const stalledShare = 0.05;
const runsFull = 3;
const secondsMax = 3;

/** One run: the same crowd all reading, and then with some that never read. */
async function compare(lab: Lab, contestant: Contestant, viewers: number) {
  const seconds = Math.min(lab.context.seconds, secondsMax);
  const trial = { viewers, stalled: 0, idleS: 0, loads: [lively], seconds };
  const stalled = Math.round(viewers * stalledShare);
  const all = (await measureContestant(lab, contestant, trial)).loads[0];
  const some = (await measureContestant(lab, contestant, { ...trial, stalled })).loads[0];
  if (all === undefined || some === undefined) throw new Error(`${contestant.name} was not measured`);
  return {
    p50Ms: some.p50Ms,
    p99Ms: some.p99Ms,
    p999Ms: some.p999Ms,
    cpuPerMillion: (some.cpuS * 1e6) / some.deliveries,
    deliveriesPerS: some.deliveries / some.seconds,
    p99Ratio: some.p99Ms / all.p99Ms,
    withheldShare: Math.max(
      ...[all, some].map(({ withheld, published }) => withheld / (withheld + published)),
    ),
    rssKbPerStalled: (some.rssKb - all.rssKb) / stalled,
  };
}

async function measure(lab: Lab, contestant: Contestant, viewers: number): Promise<Measure[]> {
  const runs: Awaited<ReturnType<typeof compare>>[] = [];
  const runsMax = lab.context.isQuick ? 1 : runsFull;
  while (runs.length < runsMax) {
    lab.context.progress(
      `run ${runs.length + 1} of ${runsMax}: ${contestant.name}, some of ${viewers} stalled`,
    );
    runs.push(await compare(lab, contestant, viewers));
  }
  const { name } = contestant;
  const of = (key: keyof Awaited<ReturnType<typeof compare>>) => median(runs.map((run) => run[key]));
  // Of a small crowd's few stalled viewers, memory is noise.
  const atMost = (bar: number) => (viewers >= viewersDefault ? { bar } : {});
  return [
    { name: `${name}: healthy p50`, value: of("p50Ms"), unit: "ms" },
    { name: `${name}: healthy p99`, value: of("p99Ms"), unit: "ms" },
    { name: `${name}: healthy p99.9`, value: of("p999Ms"), unit: "ms" },
    { name: `${name}: CPU`, value: of("cpuPerMillion"), unit: "s per million deliveries" },
    { name: `${name}: deliveries`, value: of("deliveriesPerS"), unit: "per s, to healthy ones" },
    {
      name: `${name}: healthy p99, moved`,
      value: of("p99Ratio"),
      unit: "× without stalled ones",
      ...atMost(1.1),
    },
    {
      name: `${name}: RSS, added`,
      value: of("rssKbPerStalled"),
      unit: "KB per stalled viewer",
      ...atMost(64),
    },
  ];
}

async function run(context: ScenarioContext): Promise<readonly Measure[]> {
  const viewers = Math.max(...(context.viewers ?? [viewersDefault]));
  const lab = await openLab(context, viewers);
  return [...(await measure(lab, barrageSse, viewers)), ...(await measure(lab, barrageWs, viewers))];
}

/** What viewers that stop reading cost the others, and the node. */
export const fanOutStalled: Scenario = {
  name: "fan-out-stalled",
  title: `${lively.title} while ${stalledShare * 100} % of the viewers never read`,
  run,
};
