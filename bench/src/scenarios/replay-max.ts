import { usageOf } from "../harness/process-usage.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";
import type { RecordedSession } from "../replay/recorded-session.ts";
import { openReplayReader, type ReplayTransport } from "../replay/replay-readers.ts";
import { setReplayStage } from "../replay/replay-stage.ts";

const coldEvents = 400_000;
const loggedEvents = 100_000;
/** Few enough that all of its pages stay in a node's memory, as it is by default. */
const warmEvents = 100_000;
const warmRounds = 4;
const rateBar = 200_000;

interface Reading {
  readonly perSecond: number;
  readonly nodeMicros: number;
}

/** Replays a session whole and counts. @throws Error when it is not all of it, each event once */
async function readWhole(
  node: { readonly url: string; readonly pid: number },
  recorded: RecordedSession,
  transport: ReplayTransport,
): Promise<Reading> {
  const before = usageOf(node.pid).cpuS;
  const startMs = performance.now();
  // The log has no other room's events between these, so none may be missing.
  let [count, last] = [0, (recorded.seqs[0] ?? 1) - 1];
  const reader = openReplayReader(
    { url: node.url, recorded, transport, query: "speed=max&view=all" },
    {
      onEvents: (some, lastSeq) => {
        if (lastSeq - last !== some) throw new Error(`${some} events up to ${lastSeq}, after ${last}`);
        count += some;
        last = lastSeq;
      },
      onControl: () => {},
    },
  );
  await reader.ended;
  const tookS = (performance.now() - startMs) / 1_000;
  if (count !== recorded.seqs.length || last !== recorded.seqs.at(-1))
    throw new Error(`${count} of ${recorded.seqs.length} events came, up to ${last}`);
  const nodeMicros = ((usageOf(node.pid).cpuS - before) * 1e6) / count;
  return { perSecond: count / tookS, nodeMicros };
}

const median = (readings: readonly Reading[], of: keyof Reading): number =>
  readings.map((reading) => reading[of]).toSorted((left, right) => left - right)[
    Math.floor(readings.length / 2)
  ] ?? Number.NaN;

async function measure(context: ScenarioContext): Promise<readonly Measure[]> {
  const { isQuick, progress } = context;
  await using stack = new AsyncDisposableStack();
  const stage = await setReplayStage(context, stack);
  const offsets = (count: number) => Array.from({ length: count }, (_, index) => index * 3);
  const archived = { offsetsMs: offsets(isQuick ? coldEvents / 4 : coldEvents), archivedShare: 1 };
  const cold = await stage.record(archived);
  const warm = await stage.record({ offsetsMs: offsets(warmEvents), archivedShare: 1 });
  const logged = await stage.record({ offsetsMs: offsets(loggedEvents), archivedShare: 0 });
  const rounds = isQuick ? 1 : 3;
  const measures: Measure[] = [];
  for (const transport of ["sse", "ws"] as const) {
    const add = (name: string, readings: readonly Reading[], bar?: number) => {
      const value = median(readings, "perSecond");
      const atLeast = bar === undefined ? {} : { atLeast: bar };
      measures.push({ name: `${transport}: ${name}`, value, unit: "events/s", ...atLeast });
      const micros = median(readings, "nodeMicros");
      measures.push({ name: `${transport}: ${name}, node CPU`, value: micros, unit: "µs per event" });
    };
    const coldReadings: Reading[] = [];
    const logReadings: Reading[] = [];
    for (let round = 0; round < rounds; round++) {
      progress(`${transport}: round ${round + 1} of ${rounds}`);
      // Every round by a node that has never heard of the session. It has replayed another, or it would still compile.
      const node = await stage.node();
      await readWhole(node, warm, transport);
      coldReadings.push(await readWhole(node, cold, transport));
      logReadings.push(await readWhole(node, logged, transport));
      await node.stop();
    }
    add("cold archive", coldReadings, rateBar);
    const node = await stage.node();
    await readWhole(node, warm, transport);
    const warmReadings: Reading[] = [];
    for (let round = 0; round < warmRounds; round++) {
      warmReadings.push(await readWhole(node, warm, transport));
    }
    add("pages in memory", warmReadings, rateBar);
    add("log", logReadings);
    await node.stop();
  }
  return measures;
}

/** How fast one viewer gets a session at full speed: from an object store that the node has not read, and from memory. */
export const replayMax: Scenario = {
  name: "replay-max",
  title: "A session at full speed to one reader: events each second, and what each costs the node",
  run: measure,
};
