import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type ClientHttp2Session, connect } from "node:http2";
import { join } from "node:path";
import { waitFor } from "@barrage/testkit";
import { danmaku } from "../testing/danmaku.ts";
import { Seen } from "../testing/seen.ts";
import { SseReader } from "../testing/sse-reader.ts";
import { startTestWorld, type TestNode, type TestWorld } from "../testing/test-world.ts";
import { readWsText } from "../testing/ws-frames.ts";

setDefaultTimeout(30_000);

let world: TestWorld;
let node: TestNode;
const testing = join(import.meta.dir, "..", "testing");
const TLS_CERT_FILE = join(testing, "self-signed-for-tests.cert.pem");
const TLS_KEY_FILE = join(testing, "self-signed-for-tests.key.pem");
beforeAll(async () => {
  world = await startTestWorld();
  node = await world.node({ TLS_CERT_FILE, TLS_KEY_FILE });
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

// A fixture that anybody can read, signed by itself: nothing is proven by it.
const unsigned = { rejectUnauthorized: false };

async function openSession({ url }: TestNode): Promise<ClientHttp2Session> {
  const session = connect(url, unsigned);
  await new Promise((resolve, reject) => {
    session.once("connect", resolve);
    session.once("error", reject);
  });
  return session;
}

/** Watches a room by one stream of a session. */
function watch(session: ClientHttp2Session, room: string) {
  const seen = new Seen();
  const reader = new SseReader(seen);
  const stream = session.request({ ":path": `/rooms/${room}/events?view=all` });
  let status: unknown;
  stream.on("response", (headers) => {
    status = headers[":status"];
  });
  stream.on("data", (chunk: Uint8Array) => reader.read(chunk));
  stream.on("error", () => undefined);
  stream.end();
  return { seen, stream, status: () => status };
}

const viewersOf = async (): Promise<number> => {
  const text = await (await fetch(`${node.url}/metrics`, { tls: unsigned })).text();
  return Number(/^barrage_realtime_viewers (\d+)$/m.exec(text)?.[1]);
};

test("one HTTP/2 connection carries more streams than HTTP/1.1 allows a browser, each its own room", async () => {
  const session = await openSession(node);
  expect(session.alpnProtocol).toBe("h2");
  const rooms = await Promise.all(Array.from({ length: 12 }, () => world.room()));
  const viewers = rooms.map((room) => watch(session, room));
  await waitFor(() => viewers.every(({ seen }) => seen.isLive));
  expect(viewers.map(({ status }) => status())).toEqual(rooms.map(() => 200));
  for (const room of rooms) await world.say(room, `in ${room}`);
  await waitFor(() => viewers.every(({ seen }) => seen.texts.length === 1));
  expect(viewers.map(({ seen }) => seen.texts[0])).toEqual(rooms.map((room) => `in ${room}`));
  // A stream that its client ends is gone at once, and the others go on.
  viewers[0]?.stream.close();
  await waitFor(async () => (await viewersOf()) === rooms.length - 1);
  session.destroy();
  await waitFor(async () => (await viewersOf()) === 0);
});

test("a stream that is not read stalls by itself, and what is shed is counted", async () => {
  const session = await openSession(node);
  const room = await world.room();
  const [slow, healthy] = [watch(session, room), watch(session, room)];
  await waitFor(() => slow.seen.isLive && healthy.seen.isLive);
  slow.stream.pause();
  const text = "x".repeat(16 * 1_024);
  const seqs: number[] = [];
  const publish = async () => {
    for (let count = 0; count < 8; count++) seqs.push(await world.publish(danmaku(room, text)));
    await waitFor(() => healthy.seen.seqs.length === seqs.length);
  };
  while (node.metrics.value("stalls") === 0) await publish();
  for (let round = 0; round < 4; round++) await publish();
  slow.stream.resume();
  await waitFor(() => slow.seen.seqs.length + slow.seen.skippedCount === seqs.length);
  expect(slow.seen.skippedCount).toBeGreaterThan(0);
  session.destroy();
});

test("WebSocket and HTTP/1.1 go on beside it, on the same port", async () => {
  const room = await world.room();
  const seen = new Seen();
  const address = `${node.url.replace("https", "wss")}/rooms/${room}/ws?view=all`;
  // Safe: Bun's WebSocket takes TLS options; the DOM's types, which the project also loads, do not know that.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const socket = new WebSocket(address, { tls: unsigned } as unknown as string[]);
  socket.addEventListener("message", ({ data }) => readWsText(String(data), seen));
  await waitFor(() => seen.isLive);
  await world.say(room, "over wss");
  await waitFor(() => seen.texts.length === 1);
  expect((await fetch(`${node.url}/livez`, { tls: unsigned })).status).toBe(200);
  socket.close();
});

test("behind a proxy that speaks HTTP/2 without TLS, when it is asked for", async () => {
  await using clear = await world.node({ HTTP2: "always" });
  const session = await openSession(clear);
  const room = await world.room();
  const viewers = [watch(session, room), watch(session, room)];
  await waitFor(() => viewers.every(({ seen }) => seen.isLive));
  await world.say(room, "over h2c");
  await waitFor(() => viewers.every(({ seen }) => seen.texts.length === 1));
  expect((await fetch(`${clear.url}/livez`)).status).toBe(200);
  session.destroy();
});

test("a certificate without its key, or one that can't be read, is named and ends the start", async () => {
  await expect(world.node({ TLS_CERT_FILE })).rejects.toThrow("TLS_KEY_FILE is required");
  const none = { TLS_CERT_FILE: "/nowhere/cert.pem", TLS_KEY_FILE };
  await expect(world.node(none)).rejects.toThrow("TLS_CERT_FILE: the file can't be read (ENOENT)");
});
