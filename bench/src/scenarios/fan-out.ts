import { headlines } from "../fan-out/bars.ts";
import { Grid } from "../fan-out/cells.ts";
import { barrageSse, barrageWs } from "../fan-out/contestants/barrage.ts";
import { cLimit } from "../fan-out/contestants/c-limit.ts";
import type { Contestant } from "../fan-out/contestants/contestant.ts";
import { nchan } from "../fan-out/contestants/nchan.ts";
import { bareBunSse, bareBunWs, socketIo, wsOnNode } from "../fan-out/contestants/script-peers.ts";
import { openLab } from "../fan-out/lab.ts";
import { measureGrid } from "../fan-out/measure-grid.ts";
import { detailsOf, tablesOf } from "../fan-out/tables.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";

const everybody = [cLimit, bareBunSse, barrageSse, bareBunWs, barrageWs, wsOnNode, socketIo, nchan];
// A load is steady after half a second: measuring longer than a few would only cost runs.
const full = { viewerCounts: [1_000, 5_000, 10_000], runsMax: 3, budgetS: 700, secondsMax: 1.5 };
const quick = { viewerCounts: [10_000], runsMax: 1, budgetS: 120, secondsMax: 2 };

async function run(context: ScenarioContext): Promise<readonly Measure[]> {
  const size = context.isQuick ? quick : full;
  const viewerCounts = context.viewers ?? size.viewerCounts;
  const contestants = chosen(context.contestants);
  const lab = await openLab(context, Math.max(...viewerCounts));
  const seconds = Math.min(context.seconds, size.secondsMax);
  const { samples, runs, notes } = await measureGrid(lab, { ...size, contestants, viewerCounts, seconds });
  if (samples.length === 0) throw new Error(`nothing could be measured:\n${notes.join("\n")}`);
  const grid = new Grid(samples);
  const names = contestants.map(({ name }) => name);
  const sizes = viewerCounts.map((viewers) => ({ contestants: names, viewers }));
  context.print([
    `Medians of ${runs} run${runs === 1 ? "" : "s"}; ${lab.pinning.summary}. "behind": slower than the rate asked for.`,
    "",
    ...sizes.flatMap((size) => tablesOf(grid, size)),
  ]);
  for (const note of notes) context.note(note);
  return [
    ...headlines(grid, { contestants: names, viewers: Math.max(...viewerCounts) }),
    ...sizes.flatMap((size) => detailsOf(grid, size)),
  ];
}

function chosen(asked: readonly string[] | undefined): readonly Contestant[] {
  const unknown = asked?.find((name) => everybody.every((contestant) => contestant.name !== name));
  if (unknown !== undefined)
    throw new Error(`no contestant ${unknown}: there are ${everybody.map(({ name }) => name).join(", ")}`);
  return everybody.filter(({ name }) => asked?.includes(name) ?? true);
}

/** Our fan-out beside others': the same messages to as many viewers, in one run. */
export const fanOut: Scenario = {
  name: "fan-out",
  title: "From publish to every viewer, beside the C limit, ws, Socket.IO and nchan",
  run,
};
