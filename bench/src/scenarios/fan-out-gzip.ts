import { createRandom } from "../crowd/random.ts";
import { type CompressedViewer, watchCompressed } from "../fan-out/compressed-viewer.ts";
import { openRoom } from "../harness/open-room.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";

const batches = 100;
const eventsPerBatch = 20;
const batchMsMax = 5_000;
const warmUpBatches = 3;

const phrases = [
  "哈哈哈哈",
  "前方高能",
  "awsl",
  "泪目",
  "主播加油",
  "first time here",
  "gg",
  "this song again",
  "来了来了",
  "好听",
];

/** What people write: short, and much alike. */
function danmakuText(random: () => number): string {
  const pick = () => phrases[Math.floor(random() * phrases.length)] ?? "";
  return `${pick()} ${pick()} ${Math.floor(random() * 1_000)}`;
}

async function untilSeen(viewer: CompressedViewer, events: number): Promise<void> {
  const deadline = performance.now() + batchMsMax;
  while (viewer.events() < events) {
    if (performance.now() > deadline)
      throw new Error(`${viewer.events()} of ${events} events came through gzip`);
    await Bun.sleep(1);
  }
  if (viewer.events() > events) throw new Error("more events came through gzip than were published");
}

async function run({ natsUrl, startApp, print }: ScenarioContext): Promise<readonly Measure[]> {
  await using stack = new AsyncDisposableStack();
  const { room, publish } = await openRoom(natsUrl, stack);
  const node = await startApp("realtime");
  const stop = new AbortController();
  stack.defer(() => stop.abort());
  const viewer = await watchCompressed(`${node.url}/rooms/${room}/events?view=all`, stop.signal);
  if (viewer === undefined) {
    print(["not measured: the node does not compress"]);
    return [];
  }
  const random = createRandom(1);
  let published = 0;
  let bytesBefore = 0;
  for (let batch = -warmUpBatches; batch < batches; batch++) {
    if (batch === 0) bytesBefore = viewer.wireBytes();
    await Promise.all(Array.from({ length: eventsPerBatch }, () => publish(danmakuText(random))));
    published += eventsPerBatch;
    await untilSeen(viewer, published);
  }
  const perEvent = (viewer.wireBytes() - bytesBefore) / (batches * eventsPerBatch);
  return [{ name: "gzip", value: perEvent, unit: "bytes per event", bar: 30 }];
}

/** What an event weighs for a viewer that accepts gzip. */
export const fanOutGzip: Scenario = {
  name: "fan-out-gzip",
  title: `Bytes of an event in a gzip stream, published ${eventsPerBatch} at once`,
  run,
};
