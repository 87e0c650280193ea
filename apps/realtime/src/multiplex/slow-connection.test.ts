import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { danmaku } from "../testing/danmaku.ts";
import { watchRoomsBy, watchRoomsRaw } from "../testing/rooms-viewer.ts";
import { startTestWorld, type TestNode, type TestWorld } from "../testing/test-world.ts";

setDefaultTimeout(60_000);

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** Large, so that the kernel's own buffers (some megabytes on loopback) fill soon. */
const text = "x".repeat(16 * 1024);

/** A connection for two rooms that stops reading, and publishing into the first until its socket is full. */
async function fillSocket(format: "sse" | "ws", node: TestNode) {
  const [loud, quiet] = [await world.room(), await world.room()];
  const slow = await watchRoomsRaw(format, { url: node.url, rooms: [loud, quiet] });
  const healthy = await watchRoomsBy[format](node.url, [loud, quiet]);
  const isLive = () => [slow, healthy].every(({ seen }) => seen.of(loud).isLive && seen.of(quiet).isLive);
  await waitFor(isLive);
  slow.pause();
  const seqs: number[] = [];
  const publish = async (count: number) => {
    const sent = await Promise.all(Array.from({ length: count }, () => world.publish(danmaku(loud, text))));
    seqs.push(...sent.toSorted((left, right) => left - right));
    await waitFor(() => healthy.seen.of(loud).seqs.length === seqs.length);
  };
  while (node.metrics.value("stalls") === 0) {
    await publish(8);
    if (seqs.length > 4_000) throw new Error("the socket never filled");
  }
  return { loud, quiet, slow, healthy, seqs, publish };
}

describe.each(["sse", "ws"] as const)("a full socket with several rooms, %s", (format) => {
  test("each room sheds for itself, counted, and what it must not lose comes", async () => {
    await using node = await world.node();
    const { loud, quiet, slow, healthy, seqs, publish } = await fillSocket(format, node);
    await publish(25);
    const quietSeqs = await world.say(quiet, "not lost", "nor this");
    await waitFor(() => healthy.seen.of(quiet).seqs.length === 2);
    slow.resume();
    const { seen } = slow;
    await waitFor(() => seen.of(loud).seqs.length + seen.of(loud).skippedCount === seqs.length);
    await waitFor(() => seen.of(quiet).seqs.length === 2);
    expect(seen.of(loud).skippedCount).toBeGreaterThan(0);
    expect(seen.of(quiet).seqs).toEqual(quietSeqs);
    expect(healthy.seen.of(loud).seqs).toEqual(seqs);
    await slow[Symbol.asyncDispose]();
    await healthy.close();
  });

  test("one room that is too far behind ends the connection, whose cursors are good", async () => {
    await using node = await world.node();
    const { loud, quiet, slow, healthy, seqs, publish } = await fillSocket(format, node);
    for (let round = 0; round < 10; round++) await publish(8);
    await waitFor(() => node.metrics.value("slow_closes") === 1);
    slow.resume();
    await waitFor(() => slow.isClosed() || slow.seen.connection.controls("goodbye").length > 0);
    if (slow.closeCode() !== undefined) expect(slow.closeCode()).toBe(4001);
    const since = [loud, quiet].map((room) => `${room}:${slow.seen.of(room).cursor}`).join(",");
    if (format === "sse") expect(slow.seen.lastId).toContain(slow.seen.of(loud).cursor);
    await using back = await watchRoomsBy[format](node.url, [loud, quiet], { query: `since=${since}` });
    await waitFor(() => back.seen.of(loud).isLive);
    expect([...slow.seen.of(loud).seqs, ...back.seen.of(loud).seqs]).toEqual(seqs);
    await slow[Symbol.asyncDispose]();
    await healthy.close();
  });
});
