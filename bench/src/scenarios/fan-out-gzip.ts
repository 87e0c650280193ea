import { newId } from "@barrage/platform";
import { createRandom } from "../crowd/random.ts";
import { type CompressedViewer, watchCompressed } from "../fan-out/compressed-viewer.ts";
import { nodeCounter } from "../harness/node-counter.ts";
import { openRoom } from "../harness/open-room.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";

const batches = 100;
const eventsPerBatch = 20;
const batchMsMax = 5_000;
const senderCount = 200;

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

const idSharedChars = 2;
const idChars = 25;

/** The id of somebody who came at any time of some years: those that are made in one moment begin alike. */
function idOfYears(random: () => number): string {
  const digit = () => Math.floor(random() * 36).toString(36);
  return newId().slice(0, idSharedChars) + Array.from({ length: idChars - idSharedChars }, digit).join("");
}

/** Publishes 20 at once, again and again, each time when all have come. @returns bytes per event. */
async function weigh(viewer: CompressedViewer, publishNext: () => Promise<unknown>): Promise<number> {
  const eventsBefore = viewer.events();
  const bytesBefore = viewer.wireBytes();
  for (let batch = 1; batch <= batches; batch++) {
    await Promise.all(Array.from({ length: eventsPerBatch }, publishNext));
    await untilSeen(viewer, eventsBefore + batch * eventsPerBatch);
  }
  return (viewer.wireBytes() - bytesBefore) / (batches * eventsPerBatch);
}

async function run({ natsUrl, startApp, note }: ScenarioContext): Promise<readonly Measure[]> {
  await using stack = new AsyncDisposableStack();
  const { room, publish } = await openRoom(natsUrl, stack);
  const node = await startApp("realtime");
  const stop = new AbortController();
  stack.defer(() => stop.abort());
  const viewer = await watchCompressed(`${node.url}/rooms/${room}/events?view=all`, stop.signal);
  if (viewer === undefined) {
    note("the node does not compress");
    return [];
  }
  const random = createRandom(1);
  const senders = Array.from({ length: senderCount }, (_, index) => ({
    id: idOfYears(random),
    name: `viewer ${index}`,
  }));
  const anyone = () => senders[Math.floor(random() * senders.length)];
  await weigh(viewer, () => publish(danmakuText(random)));
  const batchesBefore = await nodeCounter(node.url, "batches");
  const many = await weigh(viewer, () => publish(danmakuText(random), anyone()));
  const batchCount = (await nodeCounter(node.url, "batches")) - batchesBefore;
  const one = await weigh(viewer, () => publish(danmakuText(random)));
  return [
    { name: "gzip, many senders", value: many, unit: "bytes per event", bar: 30 },
    { name: "gzip, one sender", value: one, unit: "bytes per event" },
    // What is published at once need not be one batch: a quiet node does not wait.
    { name: "batch", value: (batches * eventsPerBatch) / batchCount, unit: "events, many senders" },
  ];
}

/** What an event weighs for a viewer that accepts gzip. */
export const fanOutGzip: Scenario = {
  name: "fan-out-gzip",
  title: `Bytes of an event in a gzip stream, published ${eventsPerBatch} at once`,
  run,
};
