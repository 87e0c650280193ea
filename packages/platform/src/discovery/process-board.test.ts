import { expect, test } from "bun:test";
import { startTestNats, waitFor } from "@barrage/testkit";
import { RequestStrategy } from "nats";
import { newId } from "../ids/new-id.ts";
import { createHealth } from "../lifecycle/health.ts";
import { createLogger } from "../log/create-logger.ts";
import { busTopics } from "../nats/bus-topics.ts";
import { connectNats } from "../nats/connect-nats.ts";
import { createBus } from "../nats/create-bus.ts";
import { createProcessAnnouncer } from "./process-announcer.ts";
import { createProcessBoard } from "./process-board.ts";
import type { WorkReport } from "./process-details.ts";
import type { ProcessReport, ViewerLoad } from "./process-report.ts";

const logger = createLogger({ name: "test", level: "silent" });
const usualWork = (): WorkReport => ({ api: { requestsPerS: 3, failuresPerS: 0 } });

interface NodeOptions {
  readonly role?: ProcessReport["role"];
  readonly work?: () => Promise<WorkReport> | WorkReport;
}

/** A process that announces itself, over a connection of its own. */
async function startNode(url: string, { role = "realtime", work = usualWork }: NodeOptions = {}) {
  const link = await connectNats({ url, name: "node", logger });
  const load: ViewerLoad = { connections: 7, connectionsMax: 100, busyShare: 0.5 };
  const world = { id: newId(), load };
  const health = createHealth();
  const announcer = createProcessAnnouncer({
    link,
    bus: createBus({ link, logger }),
    health,
    logger,
    id: world.id,
    role,
    viewers: { address: () => "http://127.0.0.1:4002", load: () => world.load },
    work,
  });
  await announcer.start?.();
  health.setReady(true);
  const stop = () => announcer.stop(AbortSignal.timeout(1_000));
  return {
    ...world,
    health,
    set: (next: Partial<ViewerLoad>) => void (world.load = { ...world.load, ...next }),
    stop,
    /** As if the process were killed: nothing is said any more. */
    kill: () => link.connection.close(),
    async [Symbol.asyncDispose]() {
      await stop();
      await link.close();
    },
  };
}

async function startBoard(url: string, processesMax?: number) {
  const link = await connectNats({ url, name: "board", logger });
  let nowMs = 0;
  const bus = createBus({ link, logger });
  const now = () => nowMs;
  const board = createProcessBoard({ bus, link, logger, now, ...(processesMax && { processesMax }) });
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

test("a process is on the board as soon as it runs, with its load, draining as soon as it takes no work, and off it as soon as it ends", async () => {
  await using nats = await startTestNats();
  await using world = await startBoard(nats.url);
  await using node = await startNode(nats.url);
  await waitFor(() => world.ids().includes(node.id));
  expect(world.board.list()).toMatchObject([
    { id: node.id, role: "realtime", address: "http://127.0.0.1:4002", connections: 7, state: "ready" },
  ]);
  node.set({ connections: 20 });
  await waitFor(() => world.board.list()[0]?.connections === 20);
  node.health.setReady(false);
  await waitFor(() => world.board.list()[0]?.state === "draining");
  expect(world.board.pushNodes()).toMatchObject([{ id: node.id, isDraining: true }]);
  await node.stop();
  await waitFor(() => world.ids().length === 0);
}, 30_000);

test("viewers are sent to push nodes alone, and whom one was sent counts until its next report", async () => {
  await using nats = await startTestNats();
  await using world = await startBoard(nats.url);
  await using node = await startNode(nats.url);
  await using worker = await startNode(nats.url, { role: "worker" });
  await waitFor(() => world.ids().length === 2);
  expect(world.ids().toSorted()).toEqual([node.id, worker.id].toSorted());
  world.board.sent(node.id);
  expect(world.board.pushNodes()).toEqual([
    {
      id: node.id,
      address: "http://127.0.0.1:4002",
      connections: 8,
      connectionsMax: 100,
      isDraining: false,
    },
  ]);
  await waitFor(() => world.board.pushNodes()[0]?.connections === 7);
}, 30_000);

test("the board has the newest details of each process, also between two of them, and while new ones can't be had", async () => {
  await using nats = await startTestNats();
  await using world = await startBoard(nats.url);
  let looks = 0;
  let next = (): Promise<WorkReport> | WorkReport => ({ api: { requestsPerS: looks, failuresPerS: 0 } });
  await using node = await startNode(nats.url, {
    work() {
      looks += 1;
      return next();
    },
  });
  const details = () => world.board.list()[0]?.details;
  const requestsPerS = () => details()?.api?.requestsPerS;
  await waitFor(() => requestsPerS() === 1);
  expect(details()?.memoryBytes).toBeGreaterThan(1_000_000);
  let heard = 0;
  let bare = 0;
  const blank: string[] = [];
  const stopListening = createBus({ link: world.link, logger }).listen(busTopics.process, (report) => {
    heard += 1;
    if (report.details === undefined) bare += 1;
    if (details() === undefined) blank.push(report.id);
  });
  await waitFor(() => requestsPerS() === 2, { deadlineMs: 10_000 });
  await waitFor(() => bare > 0, { deadlineMs: 10_000 });

  // Work that answers no more, or with what nobody could read.
  const bad = { api: { requestsPerS: Number.NaN, failuresPerS: 0 } };
  for (const fault of [
    () => bad,
    () => Promise.reject(new Error("no")),
    () => new Promise<never>(() => {}),
  ]) {
    next = fault;
    const [before, seen] = [looks, heard];
    await waitFor(() => looks > before && heard > seen + 2, { deadlineMs: 15_000 });
    expect(requestsPerS()).toBeGreaterThan(1);
  }
  stopListening();
  expect(blank).toEqual([]);
  expect(world.ids()).toEqual([node.id]);
}, 60_000);

test("a report with details of another version counts without them", async () => {
  await using nats = await startTestNats();
  await using world = await startBoard(nats.url);
  await using _node = await startNode(nats.url);
  await waitFor(() => world.board.list()[0]?.details !== undefined);
  const [report] = world.board.list();
  if (report === undefined) throw new Error("there is no report");
  const id = newId();
  const told = { ...report, id, details: { cores: "many" }, mood: "good" };
  world.link.connection.publish(`node.${id}`, JSON.stringify(told));
  await waitFor(() => world.ids().includes(id));
  const { details: _details, ...rest } = report;
  expect(world.board.list().find((one) => one.id === id)).toEqual({ ...rest, id, details: undefined });
}, 30_000);

test("no more than so many processes are on the board, and a place becomes free with who is silent", async () => {
  await using nats = await startTestNats();
  await using world = await startBoard(nats.url, 2);
  await using one = await startNode(nats.url);
  await using two = await startNode(nats.url);
  await waitFor(() => world.ids().length === 2);
  await using three = await startNode(nats.url);
  let heard = 0;
  const bus = createBus({ link: world.link, logger });
  const stopListening = bus.listen(busTopics.process, ({ id }) => void (heard += Number(id === three.id)));
  await waitFor(() => heard > 1, { deadlineMs: 10_000 });
  stopListening();
  expect(world.ids().toSorted()).toEqual([one.id, two.id].toSorted());
  await one.kill();
  world.pass(3_400);
  await waitFor(() => {
    world.pass(10);
    return world.ids().includes(three.id);
  });
  expect(world.ids()).not.toContain(one.id);
}, 30_000);

test("a killed process is off the board after three and a half seconds of silence, but not while nobody can be heard", async () => {
  await using nats = await startTestNats();
  await using world = await startBoard(nats.url);
  await using node = await startNode(nats.url);
  await waitFor(() => world.ids().includes(node.id));
  await node.kill();
  world.pass(3_400);
  expect(world.ids()).toEqual([node.id]);
  expect(world.board.isHearing()).toBe(true);
  await nats.kill();
  await waitFor(() => !world.link.isConnected());
  expect(world.board.isHearing()).toBe(false);
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
    endpoints: [{ data: { connections: 7, busyShare: 0.5, details: { api: { requestsPerS: 3 } } } }],
  });
  const reply = await link.connection.request(`barrage.node.${node.id}`, "", { timeout: 2_000 });
  expect(reply.json<object>()).toMatchObject({ id: node.id, state: "ready" });
  await link.close();
}, 30_000);
