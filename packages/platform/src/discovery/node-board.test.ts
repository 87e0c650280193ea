import { expect, test } from "bun:test";
import { startTestNats, waitFor } from "@barrage/testkit";
import { RequestStrategy } from "nats";
import { newId } from "../ids/new-id.ts";
import { createLogger } from "../log/create-logger.ts";
import { connectNats } from "../nats/connect-nats.ts";
import { createBus } from "../nats/create-bus.ts";
import { createNodeAnnouncer } from "./announce-node.ts";
import { createNodeBoard } from "./node-board.ts";
import type { NodeLoad } from "./node-report.ts";

const logger = createLogger({ name: "test", level: "silent" });

/** A process that announces itself, over a connection of its own. */
async function startNode(url: string) {
  const link = await connectNats({ url, name: "node", logger });
  const load: NodeLoad = { state: "ready", connections: 7, connectionsMax: 100, busyShare: 0.5 };
  const world = { id: newId(), load };
  const announcer = createNodeAnnouncer({
    link,
    bus: createBus({ link, logger }),
    logger,
    id: world.id,
    role: "realtime",
    address: () => "http://127.0.0.1:4002",
    load: () => world.load,
  });
  await announcer.start?.();
  return {
    ...world,
    set: (next: Partial<NodeLoad>) => void (world.load = { ...world.load, ...next }),
    stop: () => announcer.stop(AbortSignal.timeout(1_000)),
    /** As if the process were killed: nothing is said any more. */
    kill: () => link.connection.close(),
    [Symbol.asyncDispose]: () => link.close(),
  };
}

async function startBoard(url: string) {
  const link = await connectNats({ url, name: "board", logger });
  let nowMs = 0;
  const board = createNodeBoard({ bus: createBus({ link, logger }), link, logger, now: () => nowMs });
  return {
    board,
    link,
    ids: () => board.list().map(({ id }) => id),
    pass: (ms: number) => void (nowMs += ms),
    async [Symbol.asyncDispose]() {
      board.close();
      await link.close();
    },
  };
}

test("a node is on the board as soon as it runs, with its load, and as soon as it ends it is not", async () => {
  await using nats = await startTestNats();
  await using world = await startBoard(nats.url);
  await using node = await startNode(nats.url);
  await waitFor(() => world.ids().includes(node.id));
  expect(world.board.list()).toMatchObject([
    { id: node.id, role: "realtime", address: "http://127.0.0.1:4002", connections: 7, state: "ready" },
  ]);
  // Whom it was sent since its report counts, too.
  world.board.sent(node.id);
  expect(world.board.list()[0]?.connections).toBe(8);
  node.set({ state: "draining", connections: 20 });
  await waitFor(() => world.board.list()[0]?.state === "draining");
  expect(world.board.list()[0]?.connections).toBe(20);
  await node.stop();
  await waitFor(() => world.ids().length === 0);
}, 30_000);

test("a killed node is off the board after three and a half seconds of silence, but not while nobody can be heard", async () => {
  await using nats = await startTestNats();
  await using world = await startBoard(nats.url);
  await using node = await startNode(nats.url);
  await waitFor(() => world.ids().includes(node.id));
  await node.kill();
  world.pass(3_400);
  expect(world.ids()).toEqual([node.id]);
  await nats.kill();
  await waitFor(() => !world.link.isConnected());
  world.pass(60_000);
  expect(world.ids()).toEqual([node.id]);
  await nats.start();
  await waitFor(() => world.link.isConnected(), { deadlineMs: 15_000 });
  expect(world.ids()).toEqual([node.id]);
  world.pass(3_600);
  expect(world.ids()).toEqual([]);
}, 60_000);

test("every process is a NATS service that answers PING, INFO and STATS, and says who and where it is", async () => {
  await using nats = await startTestNats();
  await using node = await startNode(nats.url);
  const link = await connectNats({ url: nats.url, name: "operator", logger });
  const client = link.connection.services.client({
    strategy: RequestStrategy.Count,
    maxWait: 2_000,
    maxMessages: 1,
  });
  const first = async <T>(answers: Promise<AsyncIterable<T>>) => {
    for await (const answer of await answers) return answer;
    throw new Error("nobody answered");
  };
  const expected = {
    name: "barrage-realtime",
    metadata: { node: node.id, role: "realtime", capacity: "100" },
  };
  expect(await first(client.ping("barrage-realtime"))).toMatchObject(expected);
  expect(await first(client.info("barrage-realtime"))).toMatchObject(expected);
  expect(await first(client.stats("barrage-realtime"))).toMatchObject({
    endpoints: [{ data: { connections: 7, busyShare: 0.5 } }],
  });
  const reply = await link.connection.request(`barrage.node.${node.id}`, "", { timeout: 2_000 });
  expect(reply.json<object>()).toMatchObject({ id: node.id, state: "ready" });
  await link.close();
}, 30_000);
