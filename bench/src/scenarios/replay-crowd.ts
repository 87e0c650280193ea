import { createRandom } from "../crowd/random.ts";
import { usageOf } from "../harness/process-usage.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";
import type { RecordedSession } from "../replay/recorded-session.ts";
import { setReplayStage } from "../replay/replay-stage.ts";
import { StayingCrowd } from "../replay/staying-crowd.ts";
import { watchTiming } from "../replay/watch-timing.ts";

const seed = 6;
const viewerCount = 500;
const nodeCount = 2;
/** A session of an hour, the last quarter of it not archived yet. */
const sessionMs = 3_600_000;
const gapMs = 50;
const archivedShare = 0.75;
/** One reads the log for each page that is loaded now, and the nodes and the worker have theirs; never one a viewer. */
const consumersPerNodeMax = 8;
const memoryMbBar = 400;
const sampleMs = 100;
const openingMsMax = 60_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface CrowdPlace {
  readonly nodes: readonly { readonly url: string }[];
  readonly recorded: RecordedSession;
  /** Looks at how many consumers there are. */
  readonly count: () => Promise<void>;
}

async function openCrowd(
  { seconds, progress }: ScenarioContext,
  { nodes, recorded, count }: CrowdPlace,
): Promise<StayingCrowd> {
  const random = createRandom(seed);
  const crowd = new StayingCrowd();
  // Nobody may come to the session's end before the last one has come.
  const fromMsMax = sessionMs - openingMsMax - (seconds + 30) * 1_000;
  for (let index = 0; index < viewerCount; index++) {
    const fromMs = Math.floor(random() * fromMsMax);
    const url = nodes[index % nodeCount]?.url ?? "";
    crowd.add(watchTiming({ url, recorded, speed: 1, transport: index % 4 < 2 ? "sse" : "ws", fromMs }));
    if (index % 20 !== 19) continue;
    progress(`${index + 1} viewers`);
    await count();
  }
  const untilMs = performance.now() + openingMsMax;
  for (let waiting = crowd.waiting(); waiting > 0; waiting = crowd.waiting()) {
    crowd.requireAll();
    if (performance.now() > untilMs) throw new Error(`${waiting} viewers see nothing`);
    progress(`waiting for ${waiting} viewers`);
    await count();
    await pause(sampleMs);
  }
  return crowd;
}

async function measure(context: ScenarioContext): Promise<readonly Measure[]> {
  const { seconds, progress } = context;
  await using stack = new AsyncDisposableStack();
  const stage = await setReplayStage(context, stack);
  const offsetsMs = Array.from({ length: sessionMs / gapMs }, (_, index) => index * gapMs);
  const recorded = await stage.record({ offsetsMs, archivedShare });
  const nodes = await Promise.all(Array.from({ length: nodeCount }, () => stage.node()));
  const idle = nodes.map(({ pid }) => usageOf(pid));
  let consumersMax = 0;
  const count = async () => {
    consumersMax = Math.max(consumersMax, await stage.consumers());
  };
  const crowd = await openCrowd(context, { nodes, recorded, count });
  crowd.begin();
  const before = nodes.map(({ pid }) => usageOf(pid).cpuS);
  const startMs = performance.now();
  let memoryMax = 0;
  while (performance.now() - startMs < seconds * 1_000) {
    await pause(sampleMs);
    crowd.requireAll();
    await count();
    memoryMax = Math.max(memoryMax, ...nodes.map(({ pid }) => usageOf(pid).rssBytes));
    progress(`${viewerCount} viewers, ${consumersMax} consumers at most`);
  }
  const tookS = (performance.now() - startMs) / 1_000;
  const cpuS = nodes.reduce((sum, { pid }, index) => sum + usageOf(pid).cpuS - (before[index] ?? 0), 0);
  const { error, events } = crowd.finish((tookS * 1_000) / gapMs);
  const idleMb = Math.max(...idle.map(({ rssBytes }) => rssBytes)) / 2 ** 20;
  return [
    { name: "viewers", value: viewerCount, unit: `on ${nodeCount} nodes` },
    { name: "consumers at most", value: consumersMax, unit: "", bar: nodeCount * consumersPerNodeMax },
    { name: "node memory, idle", value: idleMb, unit: "MB" },
    { name: "node memory, at most", value: memoryMax / 2 ** 20, unit: "MB", bar: memoryMbBar },
    { name: "node CPU", value: (cpuS * 1_000) / tookS / viewerCount, unit: "ms/s per viewer" },
    { name: "delivered", value: events / tookS, unit: "events/s" },
    { name: "timing error p50", value: error.quantileMs(0.5), unit: "ms" },
    { name: "timing error p99", value: error.quantileMs(0.99), unit: "ms" },
  ];
}

/** What a crowd costs whose every viewer is somewhere else in a session. */
export const replayCrowd: Scenario = {
  name: "replay-crowd",
  title: `${viewerCount} viewers at different places of one session, at its own pace`,
  run: measure,
};
