import { expect, test } from "bun:test";
import { constants, deflateRawSync } from "node:zlib";
import { watchCompressed } from "./compressed-viewer.ts";

const encoder = new TextEncoder();
const gzipHead = Uint8Array.of(31, 139, 8, 0, 0, 0, 0, 0, 0, 255);
const event = (text: string) => `id: 1\ndata: {"type":"danmaku.sent","text":"${text}"}\n\n`;
/** A batch as a node splices it into a stream: deflated by itself, and flushed. */
const spliced = (text: string) =>
  deflateRawSync(encoder.encode(text), { finishFlush: constants.Z_SYNC_FLUSH });

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!condition() && performance.now() < deadline) await Bun.sleep(1);
  expect(condition()).toBe(true);
}

test("events of spliced batches are counted while the stream goes on, also one that two batches share", async () => {
  const batches = [event("哈哈") + event("gg"), event("halves").slice(0, 20), event("halves").slice(20)].map(
    spliced,
  );
  const bytes = [gzipHead, ...batches].reduce((sum, part) => sum + part.length, 0);
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch() {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const part of [gzipHead, ...batches]) controller.enqueue(part);
        },
      });
      return new Response(body, { headers: { "content-encoding": "gzip" } });
    },
  });
  const stop = new AbortController();
  const viewer = await watchCompressed(server.url.href, stop.signal);
  await until(() => viewer?.events() === 3);
  expect(viewer?.wireBytes()).toBe(bytes);
  stop.abort();
});

test("a server that does not compress is told from one that does", async () => {
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(event("plain")),
  });
  expect(await watchCompressed(server.url.href, AbortSignal.timeout(5_000))).toBeUndefined();
});
