import { createHistogram } from "../crowd/histogram.ts";
import { createRandom } from "../crowd/random.ts";
import { usageOf } from "../harness/process-usage.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";
import type { RecordedSession } from "../replay/recorded-session.ts";
import { setReplayStage } from "../replay/replay-stage.ts";
import { type TimedViewer, watchTiming } from "../replay/watch-timing.ts";

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
): Promise<TimedViewer[]> {
  const random = createRandom(seed);
  const viewers: TimedViewer[] = [];
  let failure: unknown;
  for (let index = 0; index < viewerCount; index++) {
    const fromMs = Math.floor(random() * (sessionMs - (seconds + 30) * 1_000));
    const url = nodes[index % nodeCount]?.url ?? "";
    const viewer = watchTiming({ url, recorded, speed: 1, transport: index % 4 < 2 ? "sse" : "ws", fromMs });
    viewer.reader.ended.catch((error: unknown) => {
      failure ??= error;
    });
    viewers.push(viewer);
    if (index % 20 !== 19) continue;
    progress(`${index + 1} viewers`);
    await count();
  }
  const untilMs = performance.now() + openingMsMax;
  for (;;) {
    const waiting = viewers.filter((viewer) => viewer.finish().events === 0).length;
    if (waiting === 0) return viewers;
    if (failure !== undefined || performance.now() > untilMs)
      throw new Error(`${waiting} viewers see nothing`, { cause: failure });
    progress(`waiting for ${waiting} viewers`);
    await count();
    await pause(sampleMs);
  }
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
  const viewers = await openCrowd(context, { nodes, recorded, count });
  const seenBefore = viewers.reduce((sum, viewer) => sum + viewer.finish().events, 0);
  const before = nodes.map(({ pid }) => usageOf(pid).cpuS);
  const startMs = performance.now();
  let memoryMax = 0;
  while (performance.now() - startMs < seconds * 1_000) {
    await pause(sampleMs);
    await count();
    memoryMax = Math.max(memoryMax, ...nodes.map(({ pid }) => usageOf(pid).rssBytes));
    progress(`${viewerCount} viewers, ${consumersMax} consumers at most`);
  }
  const tookS = (performance.now() - startMs) / 1_000;
  const cpuS = nodes.reduce((sum, { pid }, index) => sum + usageOf(pid).cpuS - (before[index] ?? 0), 0);
  const error = createHistogram();
  let events = 0;
  for (const viewer of viewers) {
    const timing = viewer.finish();
    if (timing.events === 0) throw new Error("a viewer saw nothing");
    error.add(timing.error.buckets);
    events += timing.events;
    viewer.reader.close();
  }
  const idleMb = Math.max(...idle.map(({ rssBytes }) => rssBytes)) / 2 ** 20;
  return [
    { name: "viewers", value: viewerCount, unit: `on ${nodeCount} nodes` },
    { name: "consumers at most", value: consumersMax, unit: "", bar: nodeCount * consumersPerNodeMax },
    { name: "node memory, idle", value: idleMb, unit: "MB" },
    { name: "node memory, at most", value: memoryMax / 2 ** 20, unit: "MB", bar: memoryMbBar },
    { name: "node CPU", value: (cpuS * 1_000) / tookS / viewerCount, unit: "ms/s per viewer" },
    { name: "delivered", value: (events - seenBefore) / tookS, unit: "events/s" },
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
