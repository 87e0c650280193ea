import { afterAll, beforeAll, expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { Seen } from "../testing/seen.ts";
import { SseReader } from "../testing/sse-reader.ts";
import { startTestWorld, type TestWorld } from "../testing/test-world.ts";
import { watchSse } from "../testing/viewers.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
}, 30_000);
afterAll(() => world[Symbol.asyncDispose]());

const texts = ["hello", "弹幕 🎉", "x".repeat(300)];
const accept = { "accept-encoding": "gzip" };

test("streams are compressed for those who take it, in whatever words they say so, and not where it is off", async () => {
  await using on = await world.node();
  await using off = await world.node({ SSE_GZIP: "false" });
  const room = await world.room();
  const encodingOf = async (url: string, accepted: string) => {
    const response = await fetch(`${url}/rooms/${room}/events`, { headers: { "accept-encoding": accepted } });
    await response.body?.cancel();
    expect(response.headers.get("vary")).toContain("accept-encoding");
    return response.headers.get("content-encoding");
  };
  for (const accepted of ["gzip", "br, GZIP;q=0.5", "deflate,gzip ; q=1"])
    expect(await encodingOf(on.url, accepted)).toBe("gzip");
  for (const accepted of ["identity", "br", "gzip;q=0", "gzip;q=0.000, br"])
    expect(await encodingOf(on.url, accepted)).toBeNull();
  expect(await encodingOf(off.url, "gzip")).toBeNull();
});

test("late viewers read the same compressed batches; each batch is deflated once, however many watch", async () => {
  await using node = await world.node({ HEARTBEAT_MS: "200" });
  const room = await world.room();
  const watch = () => watchSse(node.url, room, { headers: accept });
  const crowd = await Promise.all(Array.from({ length: 20 }, watch));
  await waitFor(() => crowd.every(({ seen }) => seen.isLive));
  const first = await world.say(room, ...texts);
  await waitFor(() => crowd.every(({ seen }) => seen.seqs.length === first.length));
  const late = await Promise.all(Array.from({ length: 20 }, watch));
  await waitFor(() => late.every(({ seen }) => seen.isLive && seen.heartbeats > 0));
  const second = await world.say(room, ...texts);
  await waitFor(() => late.every(({ seen }) => seen.seqs.length === second.length));
  await waitFor(() => crowd.every(({ seen }) => seen.seqs.length === 2 * texts.length));
  expect(crowd[0]?.seen.texts).toEqual([...texts, ...texts]);
  expect(node.metrics.value("encodes", { format: "gzip" })).toBe(node.metrics.value("batches"));
  // The end of the stream is the end of a valid gzip stream: a wrong checksum would be an error.
  await node.stop();
  await waitFor(() => [...crowd, ...late].every((viewer) => viewer.ended() !== undefined));
  for (const viewer of [...crowd, ...late])
    expect([viewer.ended(), viewer.seen.fault]).toEqual([0, undefined]);
}, 30_000);

test.skipIf(Bun.which("curl") === null)(
  "curl --compressed reads the stream as it comes, to its end",
  async () => {
    await using node = await world.node();
    const room = await world.room();
    const address = `${node.url}/rooms/${room}/events?view=all`;
    await using curl = Bun.spawn(["curl", "-sSN", "--compressed", address], {
      stdout: "pipe",
      stderr: "pipe",
    });
    const seen = new Seen();
    const reading = (async () => {
      const reader = new SseReader(seen);
      for await (const chunk of curl.stdout) reader.read(chunk);
    })();
    await waitFor(() => seen.isLive);
    await world.say(room, ...texts);
    await waitFor(() => seen.seqs.length === texts.length);
    await node.stop();
    await reading;
    expect(seen.texts).toEqual(texts);
    expect(seen.controls("goodbye")).toHaveLength(1);
    expect([await curl.exited, await new Response(curl.stderr).text()]).toEqual([0, ""]);
  },
  30_000,
);
