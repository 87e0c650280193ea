import type { ScenarioContext } from "../harness/scenario.ts";
import type { Contestant, RunningContestant } from "./contestants/contestant.ts";
import { requireSound } from "./delivery-fault.ts";
import { type Connected, type FanLoadResult, firstWarmUpS, type LoadResult, runFanLoad } from "./fan-load.ts";
import type { Load } from "./load.ts";
import type { NativePrograms } from "./native-programs.ts";
import { messageBytes } from "./payload.ts";
import type { Pinning } from "./pinning.ts";
import { createStallGate, type Held, requireHeld } from "./stall-gate.ts";

/** What all measurements of a scenario share. */
export interface Lab {
  readonly context: ScenarioContext;
  readonly programs: NativePrograms;
  readonly pinning: Pinning;
}

/** A crowd, and what happens to it. */
export interface Trial {
  readonly viewers: number;
  /** So many never read, and are stalled when the measuring begins; for our own nodes, and for one load. */
  readonly stalled: number;
  readonly idleS: number;
  readonly loads: readonly Load[];
  readonly seconds: number;
}

/**
 * Runs all loads of a trial on a fresh server. One that is still behind after a load is replaced by a fresh one for
 * the loads that remain: nobody waits for a backlog.
 * @throws DeliveryFault when it delivered something twice, out of order or not at all.
 * @throws Error when it could not even serve its viewers.
 */
export async function measureContestant(
  lab: Lab,
  contestant: Contestant,
  trial: Trial,
): Promise<FanLoadResult> {
  let connected: Connected | undefined;
  let held: Held | undefined;
  const done: LoadResult[] = [];
  while (connected === undefined || done.length < trial.loads.length) {
    const idleS = connected === undefined ? trial.idleS : 0;
    const part = await onFreshServer(lab, contestant, {
      ...trial,
      idleS,
      loads: trial.loads.slice(done.length),
    });
    if (part.loads.length === 0 && trial.loads.length > 0) throw new Error("no load was measured");
    connected ??= part.connected;
    held ??= part.held;
    done.push(...part.loads);
  }
  return { connected, loads: done, ...(held === undefined ? {} : { held }) };
}

async function onFreshServer(lab: Lab, contestant: Contestant, trial: Trial): Promise<FanLoadResult> {
  const { context, programs, pinning } = lab;
  await using stack = new AsyncDisposableStack();
  const server = await contestant.start({ context, programs, stack });
  await pinning.pinServer(server.pids);
  const gate = stallGate(server, trial);
  const result = await runFanLoad(server, {
    ...trial,
    ...(gate === undefined ? {} : { gate }),
    program: programs.fanLoad,
    prefix: pinning.viewersPrefix,
  });
  const skipped = await server.skipped();
  for (const load of result.loads) requireSound(load, skipped);
  const { held } = result;
  if (held !== undefined)
    for (const load of result.loads) requireHeld(held, load, { stalled: trial.stalled, messageBytes });
  return result;
}

function stallGate({ nodeUrl }: RunningContestant, { stalled, loads }: Trial) {
  if (stalled === 0) return undefined;
  if (nodeUrl === undefined || loads.length !== 1)
    throw new Error("whether viewers are stalled is seen in a node's metrics, for one load");
  return createStallGate(nodeUrl, stalled, firstWarmUpS * 1_000);
}
