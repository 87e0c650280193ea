import { createRandom } from "../crowd/random.ts";
import { stamped } from "../crowd/stamp.ts";
import { Viewers } from "../crowd/viewers.ts";
import { type OpenRoom, openRoom } from "../harness/open-room.ts";
import { usageOf } from "../harness/process-usage.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";

const viewerCount = 1_000;
const ratePerSecond = 200;
const warmUpSeconds = 3;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Publishes evenly for a while; resolves when all is acknowledged. */
async function publishFor(seconds: number, { publish }: OpenRoom, viewers: Viewers): Promise<void> {
  const acks: Promise<void>[] = [];
  const startMs = performance.now();
  for (let number = 0; number < ratePerSecond * seconds; number++) {
    const waitMs = startMs + (number * 1000) / ratePerSecond - performance.now();
    if (waitMs > 0) await pause(waitMs);
    acks.push(publish(stamped(`弹幕 ${number}`)).then(({ seq }) => viewers.ledger.acknowledged(seq)));
  }
  await Promise.all(acks);
}

async function measure(context: ScenarioContext, transport: "sse" | "ws"): Promise<readonly Measure[]> {
  const { natsUrl, startApp, seconds, progress } = context;
  await using stack = new AsyncDisposableStack();
  const room = await openRoom(natsUrl, stack);
  const node = await startApp("realtime");
  const idle = usageOf(node.pid);
  const options = { room: room.room, count: viewerCount, transport, urls: [node.url], wantsAll: true };
  const viewers = stack.use(new Viewers({ ...options, random: createRandom(1) }));
  await viewers.connect({ onProgress: (live) => progress(`viewers ${live}/${viewerCount}`) });

  progress(`warming up for ${warmUpSeconds} s`);
  await publishFor(warmUpSeconds, room, viewers);
  const received = viewers.report().received;
  const before = usageOf(node.pid);
  const ownBefore = usageOf(process.pid);
  viewers.latency.clear();
  progress(`measuring for ${seconds} s`);
  await publishFor(seconds, room, viewers);
  const isComplete = await viewers.caughtUp(viewers.ledger.last, 10_000);
  const after = usageOf(node.pid);
  const ownCpuS = usageOf(process.pid).cpuS - ownBefore.cpuS;

  const report = viewers.report(viewers.ledger.last);
  if (!isComplete || report.wrongViewers > 0)
    throw new Error(`deliveries were wrong: ${JSON.stringify(report)}`);
  const deliveries = report.received - received;
  const quantile = (name: string, share: number) => ({
    name,
    value: viewers.latency.quantileMs(share),
    unit: "ms",
  });
  return [
    quantile("latency p50", 0.5),
    { ...quantile("latency p99", 0.99), bar: 50 },
    quantile("latency p99.9", 0.999),
    { name: "deliveries", value: deliveries / seconds, unit: "per s" },
    {
      name: "node CPU",
      value: ((after.cpuS - before.cpuS) * 1e6) / deliveries,
      unit: "s per million deliveries",
    },
    // Viewers that need a core to themselves measure themselves: beyond some 0.8 the latencies are theirs.
    { name: "viewers' CPU", value: ownCpuS / seconds, unit: "cores" },
    {
      name: "node memory",
      value: (after.rssBytes - idle.rssBytes) / viewerCount / 1024,
      unit: "KB per viewer",
    },
    { name: "skipped", value: report.skipped, unit: "events" },
  ];
}

const scenario = (transport: "sse" | "ws", label: string): Scenario => ({
  name: `publish-to-viewer-${transport}`,
  title: `From publish to ${viewerCount} viewers of one node at ${ratePerSecond} danmaku/s, over ${label}`,
  run: (context) => measure(context, transport),
});

/** How long a danmaku takes from `RoomLog.publish` to each viewer, and what that costs the node. */
export const publishToViewer: readonly Scenario[] = [scenario("sse", "SSE"), scenario("ws", "WebSocket")];
