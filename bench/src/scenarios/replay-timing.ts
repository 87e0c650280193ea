import { createRandom } from "../crowd/random.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";
import { measureSeeks } from "../replay/measure-seeks.ts";
import type { RecordedSession } from "../replay/recorded-session.ts";
import { setReplayStage } from "../replay/replay-stage.ts";
import { type Timing, watchTiming } from "../replay/watch-timing.ts";

const seed = 5;
const eventsPerSecond = 20;
const timingBarMs = 20;
const seekBarMs = 200;
/** Share of the time in which nobody says anything for a while, or many at once. */
const pauseChance = 0.01;
const burstChance = 0.05;

const sources = [
  ["JetStream", 0],
  ["S3", 1],
  ["seam", 0.5],
] as const;

/** Moments at uneven gaps: a Poisson process with pauses of seconds and bursts in one millisecond. */
function unevenOffsets(seconds: number): number[] {
  const random = createRandom(seed);
  const offsets: number[] = [];
  for (let atMs = 0; atMs < seconds * 1_000; ) {
    offsets.push(Math.floor(atMs));
    if (random() < burstChance) continue;
    const isPause = random() < pauseChance;
    atMs += -Math.log(1 - random()) * (isPause ? 3_000 : 1_000 / eventsPerSecond);
  }
  return offsets;
}

interface Watched {
  readonly name: string;
  readonly recorded: RecordedSession;
}

/** One viewer each from the log, from the store and across the seam, at once. */
async function watchAll(url: string, watched: readonly Watched[], speed: number): Promise<Measure[]> {
  const viewers = watched.map(({ name, recorded }) => ({
    name,
    recorded,
    viewer: watchTiming({ url, recorded, speed, transport: "ws" }),
  }));
  await Promise.all(viewers.map(({ viewer }) => viewer.reader.ended));
  return viewers.flatMap(({ name, recorded, viewer }) => {
    const timing = viewer.finish();
    if (timing.events !== recorded.seqs.length)
      throw new Error(`${timing.events} of ${recorded.seqs.length} events came`);
    return measuresOf(`${speed} ×, ${name}`, timing, speed === 1);
  });
}

function measuresOf(name: string, { error, gapError }: Timing, hasBar: boolean): Measure[] {
  const bar = hasBar ? { bar: timingBarMs } : {};
  return [
    { name: `${name}: gap error p50`, value: gapError.quantileMs(0.5), unit: "ms" },
    { name: `${name}: gap error p99`, value: gapError.quantileMs(0.99), unit: "ms" },
    { name: `${name}: timing error p50`, value: error.quantileMs(0.5), unit: "ms" },
    { name: `${name}: timing error p99`, value: error.quantileMs(0.99), unit: "ms", ...bar },
  ];
}

async function measure(context: ScenarioContext): Promise<readonly Measure[]> {
  const { seconds, progress } = context;
  await using stack = new AsyncDisposableStack();
  const stage = await setReplayStage(context, stack);
  const offsetsMs = unevenOffsets(seconds);
  const watched: Watched[] = [];
  for (const [name, archivedShare] of sources) {
    watched.push({ name, recorded: await stage.record({ offsetsMs, archivedShare }) });
  }
  const node = await stage.node();
  const measures: Measure[] = [{ name: "recorded", value: offsetsMs.length, unit: "events each" }];
  for (const speed of [4, 1]) {
    progress(`${speed} ×: ${seconds / speed} s`);
    measures.push(...(await watchAll(node.url, watched, speed)));
  }
  for (const { name, recorded } of watched) {
    progress(`seeking: ${name}`);
    // By a node that has read nothing of it.
    const fresh = await stage.node();
    const seeks = await measureSeeks(fresh.url, recorded, createRandom(seed));
    measures.push({ name: `seek, ${name}: p50`, value: seeks.quantileMs(0.5), unit: "ms" });
    measures.push({ name: `seek, ${name}: p99`, value: seeks.quantileMs(0.99), unit: "ms", bar: seekBarMs });
    await fresh.stop();
  }
  return measures;
}

/** Whether a replay keeps its session's time. `--seconds 600` records and replays ten minutes. */
export const replayTiming: Scenario = {
  name: "replay-timing",
  title:
    "A session at uneven gaps, replayed at 4 × and 1 × from the log, the store and across the seam; seeking",
  run: measure,
};
