import { barrageSse, barrageWs } from "../fan-out/contestants/barrage.ts";
import type { Contestant } from "../fan-out/contestants/contestant.ts";
import { openLab } from "../fan-out/lab.ts";
import { lively } from "../fan-out/load.ts";
import { type Lab, measureContestant } from "../fan-out/measure-contestant.ts";
import {
  measuresOf,
  type Pair,
  pairOf,
  withheldShareMax,
  withheldShareOf,
} from "../fan-out/stalled-pairs.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";

/** A node that is full shows how many messages may be in flight, and not what stalled viewers cost: then fewer. */
const viewerCounts = [10_000, 5_000, 2_000];
const stalledShare = 0.05;
const runsFull = 5;
const secondsMax = 3;

/** The same crowd all reading, and with some that never read; in turns, which of them is first. */
async function measurePair(
  lab: Lab,
  contestant: Contestant,
  { viewers, run }: { readonly viewers: number; readonly run: number },
): Promise<Pair> {
  const seconds = Math.min(lab.context.seconds, secondsMax);
  const trial = { viewers, idleS: 0, loads: [lively], seconds };
  const stalled = Math.round(viewers * stalledShare);
  const half = (count: number) => measureContestant(lab, contestant, { ...trial, stalled: count });
  if (run % 2 === 0) {
    const all = await half(0);
    return pairOf(all, await half(stalled), stalled);
  }
  const some = await half(stalled);
  return pairOf(await half(0), some, stalled);
}

/** The largest crowd that the node keeps up with; the smallest one in any case. */
async function measure(lab: Lab, contestant: Contestant, sizes: readonly number[]): Promise<Measure[]> {
  const runsMax = lab.context.isQuick ? 1 : runsFull;
  const { name } = contestant;
  for (const [index, viewers] of sizes.entries()) {
    const pairs: Pair[] = [];
    while (pairs.length < runsMax) {
      lab.context.progress(`run ${pairs.length + 1} of ${runsMax}: ${name}, some of ${viewers} stalled`);
      pairs.push(await measurePair(lab, contestant, { viewers, run: pairs.length }));
      if (index < sizes.length - 1 && withheldShareOf(pairs) > withheldShareMax) break;
    }
    const withheld = withheldShareOf(pairs);
    if (withheld <= withheldShareMax || index === sizes.length - 1) return measuresOf(name, viewers, pairs);
    const share = (withheld * 100).toFixed(1);
    lab.context.note(
      `${name}, ${viewers} viewers: the node was full, ${share} % of the messages were withheld`,
    );
  }
  return [];
}

async function run(context: ScenarioContext): Promise<readonly Measure[]> {
  const sizes = (context.viewers ?? viewerCounts).toSorted((a, b) => b - a);
  const lab = await openLab(context, Math.max(...sizes));
  return [...(await measure(lab, barrageSse, sizes)), ...(await measure(lab, barrageWs, sizes))];
}

/** What viewers that stop reading cost the others, and the node. */
export const fanOutStalled: Scenario = {
  name: "fan-out-stalled",
  title: `${lively.title} while ${stalledShare * 100} % of the viewers never read, and their sockets are full`,
  run,
};
