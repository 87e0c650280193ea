import { connectNats, createLogger, createRoomLog, createRoomStates, newId } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import { createRandom } from "../crowd/random.ts";
import { stamped } from "../crowd/stamp.ts";
import { Viewers } from "../crowd/viewers.ts";
import { usageOf } from "../harness/process-usage.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";

const viewerCount = 1_000;
const ratePerSecond = 200;
const warmUpSeconds = 3;
const retention = { ageMaxMs: 3_600_000, bytesMax: 1_073_741_824, dedupeWindowMs: 600_000 };

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A live room in the log, and how to publish to it, without the api between. */
async function openRoom(natsUrl: string, stack: AsyncDisposableStack) {
  const logger = createLogger({ name: "bench", level: "silent" });
  const link = await connectNats({ url: natsUrl, name: "bench", logger });
  stack.defer(() => link.close());
  const log = await createRoomLog({ link, logger, retention });
  stack.defer(() => log.close());
  const room = newId();
  const session = newId();
  const states = await createRoomStates({ link, logger });
  await states.put(room, { visibility: "public", status: "live", sessionId: session, hostId: newId() });
  async function publish(number: number): Promise<number> {
    const id = newId();
    const text = stamped(`弹幕 ${number}`);
    const event: RoomEvent = {
      v: 1,
      type: "danmaku.sent",
      room,
      at: Date.now(),
      by: { id: session, name: "somebody", role: "viewer" },
      data: { id, session, text, color: "#ffffff", mode: "scroll" },
    };
    return (await log.publish(event, { messageId: id })).cursor.seq;
  }
  return { room, publish };
}

type Room = Awaited<ReturnType<typeof openRoom>>;

/** Publishes evenly for a while; resolves when all is acknowledged. */
async function publishFor(seconds: number, { publish }: Room, viewers: Viewers): Promise<void> {
  const acks: Promise<void>[] = [];
  const startMs = performance.now();
  for (let number = 0; number < ratePerSecond * seconds; number++) {
    const waitMs = startMs + (number * 1000) / ratePerSecond - performance.now();
    if (waitMs > 0) await pause(waitMs);
    acks.push(publish(number).then((seq) => viewers.ledger.acknowledged(seq)));
  }
  await Promise.all(acks);
}

async function measure(context: ScenarioContext, transport: "sse" | "ws"): Promise<readonly Measure[]> {
  const { natsUrl, startApp, seconds, progress } = context;
  await using stack = new AsyncDisposableStack();
  const room = await openRoom(natsUrl, stack);
  const node = await startApp("realtime");
  const idle = usageOf(node.pid);
  const options = { room: room.room, count: viewerCount, transport, urls: [node.url] };
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
