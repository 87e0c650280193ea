import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { danmaku } from "./testing/danmaku.ts";
import { type RawViewer, watchRaw } from "./testing/raw-viewer.ts";
import { startTestWorld, type TestNode, type TestWorld } from "./testing/test-world.ts";
import { type TestViewer, watchBy } from "./testing/viewers.ts";

setDefaultTimeout(60_000);

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** Large, so that the kernel's own buffers (some megabytes on loopback) fill soon. */
const eventBytes = 16 * 1024;
const text = "x".repeat(eventBytes);

interface Scene {
  readonly node: TestNode;
  readonly room: string;
  readonly slow: RawViewer;
  readonly healthy: TestViewer;
  readonly seqs: number[];
}

async function publish(
  { room, seqs }: Pick<Scene, "room" | "seqs">,
  count: number,
  role: "viewer" | "host" = "viewer",
) {
  const events = Array.from({ length: count }, () => danmaku(room, text, role));
  const published = await Promise.all(events.map((event) => world.publish(event)));
  seqs.push(...published.toSorted((a, b) => a - b));
}

/** Lets a viewer stop reading, and publishes until its socket is full; a healthy viewer of the same kind goes along. */
async function fillSocket(format: "sse" | "ws", node: TestNode): Promise<Scene> {
  const room = await world.room();
  const slow = await watchRaw(format, { url: node.url, room });
  const healthy = await watchBy[format](node.url, room);
  await waitFor(() => slow.seen.isLive && healthy.seen.isLive);
  slow.pause();
  const scene = { node, room, slow, healthy, seqs: [] };
  while (node.metrics.value("stalls") === 0) {
    await publish(scene, 8);
    await waitFor(() => healthy.seen.seqs.length === scene.seqs.length);
    if (scene.seqs.length > 4_000) throw new Error("the socket never filled");
  }
  return scene;
}

describe.each(["sse", "ws"] as const)("over %s", (format) => {
  test("who falls more than 256 KB behind loses danmaku, counted, and nothing dearer; others lose nothing", async () => {
    await using node = await world.node();
    const scene = await fillSocket(format, node);
    const { slow, healthy, seqs } = scene;
    await publish(scene, 10);
    const hostFrom = seqs.length;
    await publish(scene, 3, "host");
    const hostSeqs = seqs.slice(hostFrom);
    await publish(scene, 15);
    await waitFor(() => healthy.seen.seqs.length === seqs.length);
    slow.resume();
    await waitFor(() => slow.seen.seqs.length + slow.seen.skippedCount === seqs.length);
    await publish(scene, 1);
    await waitFor(() => slow.seen.seqs.at(-1) === seqs.at(-1) && healthy.seen.seqs.length === seqs.length);
    expect(slow.seen.skippedCount).toBeGreaterThan(0);
    expect(node.metrics.value("skipped_events")).toBe(slow.seen.skippedCount);
    expect(slow.seen.seqs.length + slow.seen.skippedCount).toBe(seqs.length);
    expect(slow.seen.seqs).toEqual(seqs.filter((seq) => slow.seen.seqs.includes(seq)));
    for (const seq of hostSeqs) expect(slow.seen.seqs).toContain(seq);
    expect(healthy.seen.seqs).toEqual(seqs);
    await slow[Symbol.asyncDispose]();
    await healthy.close();
  });

  test("who falls 1 MB behind is ended with a cursor to come back with; others lose nothing", async () => {
    await using node = await world.node();
    const scene = await fillSocket(format, node);
    const { slow, healthy, seqs, room } = scene;
    for (let round = 0; round < 10; round++) await publish(scene, 8);
    await waitFor(() => node.metrics.value("slow_closes") === 1);
    await waitFor(() => healthy.seen.seqs.length === seqs.length);
    expect(healthy.seen.seqs).toEqual(seqs);
    slow.resume();
    await waitFor(() => slow.isClosed() || slow.seen.controls("goodbye").length > 0);
    if (format === "ws" && slow.closeCode() !== undefined) expect(slow.closeCode()).toBe(4001);
    // Up to its cursor it has everything; it comes back with it, and misses nothing.
    expect(slow.seen.seqs).toEqual(seqs.slice(0, slow.seen.seqs.length));
    await using back = await watchBy[format](node.url, room, { query: `since=${slow.seen.cursor}` });
    await waitFor(() => back.seen.isLive);
    expect([...slow.seen.seqs, ...back.seen.seqs]).toEqual(seqs);
    await slow[Symbol.asyncDispose]();
    await healthy.close();
  });

  test("many stalled viewers cost a bounded amount of memory each", async () => {
    await using node = await world.node({
      CLOSE_BYTES: String(8 * 1024 * 1024),
      SHED_BYTES: String(4 * 1024 * 1024),
    });
    const scene = await fillSocket(format, node);
    const { room, healthy } = scene;
    const stalled = await Promise.all(
      Array.from({ length: 20 }, () => watchRaw(format, { url: node.url, room })),
    );
    await waitFor(() => stalled.every(({ seen }) => seen.isLive));
    for (const viewer of stalled) viewer.pause();
    while (node.metrics.value("stalls") < stalled.length + 1) await publish(scene, 8);
    Bun.gc(true);
    const before = process.memoryUsage.rss();
    for (let round = 0; round < 24; round++) await publish(scene, 8);
    await waitFor(() => healthy.seen.seqs.length === scene.seqs.length);
    Bun.gc(true);
    const grownBytes = process.memoryUsage.rss() - before;
    // 3 MB were published: a queue per viewer would hold 60 MB. The ring, the log's and the tests' own copies grow too.
    expect(grownBytes).toBeLessThan(30 * 1024 * 1024);
    for (const viewer of [scene.slow, ...stalled]) await viewer[Symbol.asyncDispose]();
    await healthy.close();
  });
});
