import { expect, test } from "bun:test";
import { type RoomFeed, type RoomFeedOptions, subscribeRoom } from "@barrage/client";
import { parseCursor } from "@barrage/protocol";
import { startApp, waitFor } from "@barrage/testkit";
import { z } from "zod";
import { type RoomCluster, startRoomCluster } from "./room-cluster.ts";

const viewerCount = 200;
const stormMs = 2_000;
const missedCount = 900;
/** Of the node that they come to: with a short memory everybody resumes from the log, else from its ring. */
const memories = {
  short: { SHED_BYTES: "16384", CLOSE_BYTES: "32768" },
  usual: {},
} as const;
/** Readers that a node opens for a page and closes again; none is anybody's own. */
const consumersPerNode = 8;

const consumersSchema = z.object({ consumers: z.int() });

async function consumerCount({ monitorUrl }: RoomCluster): Promise<number> {
  return consumersSchema.parse(await (await fetch(`${monitorUrl}/jsz`)).json()).consumers;
}

async function metricOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.split("\n").filter((line) => line.startsWith(`barrage_realtime_${name}`));
  return samples.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

async function publish(cluster: RoomCluster, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 50) {
    await Promise.all(
      Array.from({ length: Math.min(50, count - sent) }, (_, index) =>
        cluster.publish(`弹幕 ${sent + index}`),
      ),
    );
  }
}

/** A viewer that notes how long it takes from knocking at a node to having seen everything. */
class StormViewer implements Disposable {
  readonly #feed: RoomFeed;
  #knockedAtMs = 0;
  #lastCursor = "";
  caughtUpMs = 0;
  events = 0;
  skipped = 0;
  /** Events that came again or out of order, and positions that were lost. */
  faults = 0;

  constructor(target: () => string, options: Omit<RoomFeedOptions, "url">) {
    const knock = (url: URL) => {
      this.#knockedAtMs = performance.now();
      const address = new URL(url);
      address.host = new URL(target()).host;
      return address;
    };
    this.#feed = subscribeRoom({
      ...options,
      url: target(),
      fetch: (url, init) => fetch(knock(url), init),
      WebSocket: class extends WebSocket {
        constructor(url: URL) {
          super(knock(url));
        }
      },
      onEvent: ({ cursor }) => {
        this.events += 1;
        if (this.#lastCursor !== "" && parseCursor(cursor).seq <= parseCursor(this.#lastCursor).seq)
          this.faults += 1;
        this.#lastCursor = cursor;
      },
      onSkipped: ({ count }) => (this.skipped += count),
      onReset: () => (this.faults += 1),
      onState: ({ phase }) => {
        if (phase === "live") this.caughtUpMs = performance.now() - this.#knockedAtMs;
      },
    });
  }

  get isLive(): boolean {
    return this.#feed.phase === "live";
  }

  get seen(): number {
    return this.events + this.skipped;
  }

  [Symbol.dispose](): void {
    this.#feed.close();
  }
}

/** Looks at the number of consumers, over and over. @returns how to end it, with the most that there were. */
function watchConsumers(cluster: RoomCluster) {
  let most = 0;
  const end = new AbortController();
  const watching = (async () => {
    while (!end.signal.aborted) {
      most = Math.max(most, await consumerCount(cluster));
      await Bun.sleep(10);
    }
  })();
  return async () => {
    end.abort();
    await watching;
    return most;
  };
}

test.each([
  ["all", "short"],
  ["all", "usual"],
  ["shown", "usual"],
  ["shown", "short"],
] as const)(
  `${viewerCount} viewers of the view "%s" who lost their node come back together to one with a memory that is %s, ${missedCount} events behind: ` +
    "none is lost, the log is read for all of them at once, and JetStream sees nodes, never viewers",
  async (view, memory) => {
    await using cluster = await startRoomCluster(1);
    const [lost] = cluster.nodes;
    if (lost === undefined) throw new Error("a node was asked for");
    await using survivor = await startApp("realtime", { ...cluster.variables, ...memories[memory] });
    let target = lost.url;
    const viewers = Array.from(
      { length: viewerCount },
      (_, index) =>
        new StormViewer(() => target, {
          room: cluster.room,
          view,
          transport: index % 2 === 0 ? "sse" : "ws",
          backoffCapMs: stormMs,
        }),
    );
    try {
      await waitFor(() => viewers.every(({ isLive }) => isLive), { deadlineMs: 60_000 });
      await lost.kill("SIGKILL");
      await waitFor(() => viewers.every(({ isLive }) => !isLive), { deadlineMs: 20_000 });
      await publish(cluster, missedCount);
      const endWatching = watchConsumers(cluster);
      const startMs = performance.now();
      target = survivor.url;
      await waitFor(() => viewers.every(({ seen }) => seen >= missedCount), { deadlineMs: 60_000 });
      const tookMs = performance.now() - startMs;
      const consumersMost = await endWatching();
      const pages = await metricOf(survivor.url, "log_pages");
      const sorted = viewers.map(({ caughtUpMs }) => caughtUpMs).toSorted((a, b) => a - b);
      const quantile = (part: number) => Math.round(sorted[Math.floor(part * (sorted.length - 1))] ?? 0);
      process.stderr.write(
        `${view}, ${memory}: caught up p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms; all within ${Math.round(tookMs)} ms; ` +
          `${pages} pages, at most ${consumersMost} consumers\n`,
      );
      expect(viewers.map(({ seen }) => seen)).toEqual(viewers.map(() => missedCount));
      expect(viewers.reduce((sum, { faults }) => sum + faults, 0)).toBe(0);
      if (view === "all") expect(viewers.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(0);
      if (memory === "short") expect(pages).toBeGreaterThan(0);
      expect(pages).toBeLessThan(viewerCount / 4);
      expect(consumersMost).toBeLessThanOrEqual(2 * consumersPerNode);
    } finally {
      for (const viewer of viewers) viewer[Symbol.dispose]();
    }
  },
  180_000,
);
