import { randomBytes } from "node:crypto";
import { createRandom } from "../crowd/random.ts";
import { Viewers } from "../crowd/viewers.ts";
import { median, medianRatio } from "../fan-out/medians.ts";
import { type OpenRoom, openRoom } from "../harness/open-room.ts";
import { usageOf } from "../harness/process-usage.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";

const viewerCount = 1_000;
const ratePerSecond = 200;
/** What the installation's default is, and what the page of a browser decides by. */
const sampleRatio = 0.05;
/** Many and short: one round differs from the next by more than tracing costs, their median does not. */
const roundsFull = 42;
const roundSecondsMax = 1.5;
const caughtUpMsMax = 15_000;

/** A collector that takes everything and keeps nothing. */
function startCollector(stack: AsyncDisposableStack) {
  let requests = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      await request.bytes();
      requests += 1;
      return new Response(null);
    },
  });
  stack.defer(() => server.stop(true));
  return { url: `http://127.0.0.1:${server.port}`, requests: () => requests };
}

/** One node, with a crowd in a room of its own. */
interface Side {
  readonly name: string;
  readonly room: OpenRoom;
  readonly viewers: Viewers;
  readonly pid: number;
  /** µs of the node's processor time per delivery, one for each round. */
  readonly costs: number[];
}

interface SideOptions {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
}

async function openSide(
  context: ScenarioContext,
  stack: AsyncDisposableStack,
  { name, variables }: SideOptions,
): Promise<Side> {
  const room = await openRoom(context.natsUrl, stack);
  const node = await context.startApp("realtime", variables);
  const viewers = stack.use(
    new Viewers({
      room: room.room,
      count: viewerCount,
      transport: "sse",
      urls: [node.url],
      wantsAll: true,
      random: createRandom(1),
    }),
  );
  await viewers.connect({
    onProgress: (live) => context.progress(`${name}: viewers ${live}/${viewerCount}`),
  });
  return { name, room, viewers, pid: node.pid, costs: [] };
}

/** Every message is as the api publishes it: one in twenty says that its trace is recorded. */
async function publishFor(seconds: number, { room, viewers }: Side, random: () => number): Promise<void> {
  const acks: Promise<void>[] = [];
  const startMs = performance.now();
  for (let number = 0; number < ratePerSecond * seconds; number++) {
    const waitMs = startMs + (number * 1_000) / ratePerSecond - performance.now();
    if (waitMs > 0) await Bun.sleep(waitMs);
    const traceparent =
      random() < sampleRatio
        ? `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`
        : undefined;
    const stored = room.publishTraced(`弹幕 ${number}`, traceparent);
    acks.push(stored.then((seq) => viewers.ledger.acknowledged(seq)));
  }
  await Promise.all(acks);
}

async function measureRound(side: Side, seconds: number, random: () => number): Promise<void> {
  const received = side.viewers.report().received;
  const cpuS = usageOf(side.pid).cpuS;
  await publishFor(seconds, side, random);
  if (!(await side.viewers.caughtUp(side.viewers.ledger.last, caughtUpMsMax)))
    throw new Error(`${side.name}: the viewers did not get everything`);
  const deliveries = side.viewers.report().received - received;
  side.costs.push(((usageOf(side.pid).cpuS - cpuS) * 1e6) / deliveries);
}

/**
 * Forward from each of them, and then backward from each: a machine that grows slower favours none, and none follows
 * itself more often than the others do. Merely back and forth, the one in the middle was 4 % dearer in most runs.
 */
function inTurn<Item>(items: readonly Item[], round: number): readonly Item[] {
  const from = round % items.length;
  const order = [...items.slice(from), ...items.slice(0, from)];
  return Math.floor(round / items.length) % 2 === 0 ? order : order.toReversed();
}

async function run(context: ScenarioContext): Promise<readonly Measure[]> {
  await using stack = new AsyncDisposableStack();
  const collector = startCollector(stack);
  const traced = { OTEL_TRACES_SAMPLER_ARG: String(sampleRatio) };
  const off = await openSide(context, stack, { name: "off", variables: {} });
  const on = await openSide(context, stack, {
    name: "on",
    variables: { ...traced, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  });
  const down = await openSide(context, stack, {
    name: "collector down",
    variables: { ...traced, OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" },
  });
  const sides = [off, on, down];
  const seconds = Math.min(context.seconds, roundSecondsMax);
  const random = createRandom(2);
  for (const side of sides) await publishFor(2, side, random);
  const rounds = context.isQuick ? 6 : roundsFull;
  for (let round = 0; round < rounds; round++) {
    for (const side of inTurn(sides, round)) {
      context.progress(`round ${round + 1} of ${rounds}: tracing ${side.name}`);
      await measureRound(side, seconds, random);
    }
  }
  if (collector.requests() === 0) throw new Error("no span reached the collector: nothing was traced");
  const ratio = ({ costs }: Side) => medianRatio(costs, off.costs);
  return [
    { name: "tracing off", value: median(off.costs), unit: "µs per delivery" },
    { name: "tracing on", value: ratio(on), unit: "× off", bar: 1.03 },
    { name: "collector down", value: ratio(down), unit: "× off", bar: 1.03 },
  ];
}

/** What tracing costs the node that writes to the viewers. */
export const fanOutTracing: Scenario = {
  name: "fan-out-tracing",
  title: `Processor time per delivery with ${sampleRatio * 100} % of the messages traced, ${viewerCount} viewers, ${ratePerSecond}/s`,
  run,
};
