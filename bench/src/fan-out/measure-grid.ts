import type { Sample } from "./cells.ts";
import type { Contestant } from "./contestants/contestant.ts";
import { DeliveryFault } from "./delivery-fault.ts";
import { loads } from "./load.ts";
import { type Lab, measureContestant } from "./measure-contestant.ts";

interface GridOptions {
  readonly contestants: readonly Contestant[];
  readonly viewerCounts: readonly number[];
  readonly runsMax: number;
  /** No run begins that would end later than this. */
  readonly budgetS: number;
  readonly seconds: number;
}

/** The samples, and what could not be measured. */
export interface GridSamples {
  readonly samples: readonly Sample[];
  readonly runs: number;
  readonly notes: readonly string[];
}

const idleS = 3;

/**
 * Runs everything several times, one run after the other: what the machine does meanwhile hits all alike.
 * @throws Error when one of ours delivered something wrong: that is no number that is missing, but a fault.
 */
export async function measureGrid(lab: Lab, options: GridOptions): Promise<GridSamples> {
  const { runsMax, budgetS } = options;
  const samples: Sample[] = [];
  const failures = new Map<string, number>();
  const startMs = performance.now();
  const elapsedS = () => (performance.now() - startMs) / 1_000;
  let run = 0;
  for (let lastRunS = 0; run < runsMax && elapsedS() + lastRunS <= budgetS; run++) {
    const beganS = elapsedS();
    samples.push(...(await measureRun(lab, { ...options, run, failures })));
    lastRunS = elapsedS() - beganS;
  }
  const runs = run;
  const notes = [...failures].map(([what, times]) => `${what} (in ${times} of ${runs} runs)`);
  return { samples, runs, notes };
}

interface RunOptions extends GridOptions {
  readonly run: number;
  /** What could not be measured, and how often. */
  readonly failures: Map<string, number>;
}

async function measureRun(lab: Lab, options: RunOptions): Promise<Sample[]> {
  const { contestants, viewerCounts, run, runsMax, failures, seconds } = options;
  const samples: Sample[] = [];
  for (const viewers of viewerCounts) {
    for (const contestant of contestants) {
      const { name } = contestant;
      lab.context.progress(`run ${run + 1} of at most ${runsMax}: ${name}, ${viewers} viewers`);
      const trial = {
        viewers,
        stalled: 0,
        idleS: viewers === Math.max(...viewerCounts) ? idleS : 0,
        loads,
        seconds,
      };
      try {
        samples.push({
          run,
          contestant: name,
          viewers,
          ...(await measureContestant(lab, contestant, trial)),
        });
      } catch (error) {
        const what = `${name}, ${viewers} viewers: ${error instanceof Error ? error.message : String(error)}`;
        if (contestant.isOurs && error instanceof DeliveryFault) throw new Error(what, { cause: error });
        // One that can't take part must not cost the others' numbers.
        failures.set(what, (failures.get(what) ?? 0) + 1);
      }
    }
  }
  return samples;
}
