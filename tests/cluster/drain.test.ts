import { expect, test } from "bun:test";
import { type FeedItem, type RoomFeed, subscribeRoom } from "@barrage/client";
import { startApp, waitFor } from "@barrage/testkit";
import { type RoomCluster, startRoomCluster } from "./room-cluster.ts";

const viewerCount = 200;
/** Quicker than the default 2, for the test's sake: 10 s for all. */
const percentPerSecond = 10;

/** What a load balancer does: new connections go to the first node that says it is ready. */
function startBalancer(urls: readonly string[]) {
  let target = urls[0] ?? "";
  const check = async () => {
    const answers = await Promise.allSettled(urls.map((url) => fetch(`${url}/readyz`)));
    const ready = answers.findIndex((answer) => answer.status === "fulfilled" && answer.value.ok);
    target = urls[ready] ?? target;
  };
  const checking = setInterval(() => void check(), 50);
  const routed = (url: URL) => {
    const { host } = new URL(target);
    const address = new URL(url);
    address.host = host;
    return address;
  };
  return {
    fetch: (url: URL, init: RequestInit) => fetch(routed(url), init),
    WebSocket: class extends WebSocket {
      constructor(url: URL) {
        super(routed(url));
      }
    },
    [Symbol.dispose]: () => clearInterval(checking),
  };
}

interface Watcher {
  readonly feed: RoomFeed;
  readonly items: readonly FeedItem[];
  readonly texts: readonly string[];
}

function watch(options: Parameters<typeof subscribeRoom>[0]): Watcher {
  const items: FeedItem[] = [];
  const texts: string[] = [];
  const feed = subscribeRoom({
    ...options,
    onEvent(item) {
      items.push(item);
      if (item.event.type === "danmaku.sent") texts.push(item.event.data.text);
    },
    onState: (item) => void items.push(item),
    onReset: (item) => void items.push(item),
    onSkipped: (item) => void items.push(item),
  });
  return { feed, items, texts };
}

/** Publishes until it is told to stop. @returns how to stop it, with all that was published. */
function publishSteadily(cluster: RoomCluster) {
  const texts: string[] = [];
  const end = new AbortController();
  const publishing = (async () => {
    while (!end.signal.aborted) {
      const text = `danmaku ${texts.length}`;
      await cluster.publish(text);
      texts.push(text);
      await Bun.sleep(20);
    }
  })();
  return async () => {
    end.abort();
    await publishing;
    return texts;
  };
}

test(`a node that goes away moves ${viewerCount} viewers at its pace: each reconnects once, elsewhere, and sees every ` +
  "event once and in order", async () => {
  await using cluster = await startRoomCluster(1);
  const [survivor] = cluster.nodes;
  if (survivor === undefined) throw new Error("a node was asked for");
  await using doomed = await startApp("realtime", {
    ...cluster.variables,
    DRAIN_PERCENT_PER_SECOND: String(percentPerSecond),
  });
  using balancer = startBalancer([doomed.url, survivor.url]);
  const { fetch, WebSocket } = balancer;
  const watchers = Array.from({ length: viewerCount }, (_, index) =>
    watch({
      url: doomed.url,
      room: cluster.room,
      // Everything: what a crowd is shown is chosen, and this test counts.
      view: "all",
      transport: index % 2 === 0 ? "sse" : "ws",
      fetch,
      WebSocket,
    }),
  );
  try {
    await waitFor(() => watchers.every(({ feed }) => feed.phase === "live"), { deadlineMs: 30_000 });
    const stopPublishing = publishSteadily(cluster);
    await waitFor(() => watchers.every(({ texts }) => texts.length > 5), { deadlineMs: 20_000 });
    const startMs = performance.now();
    expect(await doomed.kill("SIGTERM")).toMatchObject({ code: 0 });
    const tookS = (performance.now() - startMs) / 1_000;
    expect(tookS).toBeGreaterThan(100 / percentPerSecond - 1);
    const published = await stopPublishing();
    await waitFor(() => watchers.every(({ texts }) => texts.at(-1) === published.at(-1)), {
      deadlineMs: 20_000,
    });
    for (const { texts, items } of watchers) {
      expect(texts).toEqual(published.slice(published.length - texts.length));
      const lives = items.filter((item) => item.kind === "state" && item.phase === "live");
      const resumes = items.filter((item) => item.kind === "state" && item.phase === "resuming");
      expect([lives.length, resumes.length]).toEqual([2, 1]);
      expect(items.filter(({ kind }) => kind === "reset" || kind === "skipped")).toEqual([]);
    }
  } finally {
    for (const { feed } of watchers) feed.close();
  }
}, 120_000);
