import { afterAll, beforeAll, expect, test } from "bun:test";
import type { AppRouter } from "@barrage/api";
import { type EventItem, type FeedItem, replayRoom, subscribeRoom, subscribeRooms } from "@barrage/client";
import {
  connectNats,
  createLogger,
  createRoomLog,
  createSettingsStore,
  newId,
  type RoomLog,
  type SettingsStore,
} from "@barrage/platform";
import { startApp, startTestS3, type TestApp, waitFor } from "@barrage/testkit";
import { createTRPCClient, httpLink } from "@trpc/client";
import { type PlatformStack, startPlatformStack } from "./platform-stack.ts";

let stack: PlatformStack;
let log: RoomLog;
let store: SettingsStore;
let room: string;
const closing = new AsyncDisposableStack();
const patient = { deadlineMs: 30_000 };
const by = { id: null, name: "operator test" };
const logger = createLogger({ name: "test", level: "silent" });

const api = (token?: string) =>
  createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${stack.api.url}/trpc`,
        headers: { "x-barrage-client": "test", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      }),
    ],
  });

beforeAll(async () => {
  const s3 = closing.use(await startTestS3());
  stack = closing.use(
    await startPlatformStack({
      PUBLIC_URL: "http://127.0.0.1:{port}",
      S3_ENDPOINT: s3.url,
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    }),
  );
  const link = await connectNats({ url: stack.variables["NATS_URL"] ?? "", name: "test", logger });
  closing.defer(() => link.close());
  const retention = { ageMaxMs: 3_600_000, bytesMax: 1e9, dedupeWindowMs: 600_000 };
  log = await createRoomLog({ link, logger, retention });
  closing.defer(() => log.close());
  store = createSettingsStore({ link });
  ({ room } = await goLive("nodes_host"));
}, 90_000);
afterAll(() => closing.disposeAsync());

/** A new room that is live, with a host of its own. */
async function goLive(name: string) {
  const { token } = await api().users.register.mutate({ name, password: "long enough" });
  const host = api(token ?? "");
  const { id } = await host.rooms.create.mutate({ title: `The room of ${name}` });
  const { sessionId } = await host.rooms.start.mutate({ id });
  const { nodes } = await api().rooms.join.mutate({ id });
  await waitFor(async () => (await fetch(`${nodes[0]}/rooms/${id}/ws`)).status === 400, patient);
  return { room: id, session: sessionId ?? "", end: () => host.rooms.end.mutate({ id }) };
}

/** Figures for whoever reads along: no test depends on them. */
const tell = (text: string) => void process.stdout.write(`${text}\n`);

const nodesOf = async () => (await api().rooms.join.mutate({ id: room })).nodes;
const originOf = (input: string | URL | Request) =>
  new URL(input instanceof Request ? input.url : input).origin;

/** Publishes numbered danmaku of many people, as fast as told, until it is stopped. */
function startCrowd(perSecond: number, into = room) {
  let count = 0;
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const id = newId();
      const event = {
        v: 1,
        type: "danmaku.sent",
        room: into,
        at: Date.now(),
        by: { id: `sender0${count % 500}`, name: "crowd", role: "viewer" },
        data: { id, session: "session0001", text: String(count), color: "#ffffff", mode: "scroll" },
      } as const;
      await log.publish(event, { messageId: id });
      count += 1;
      await Bun.sleep(1_000 / perSecond);
    }
  })();
  return {
    said: () => count,
    async stop() {
      stopping.abort();
      await running;
      return count;
    },
  };
}

/** A viewer as a page is one: it asks the api where to watch. */
function watch(view: "all" | "shown") {
  const items: FeedItem[] = [];
  let node = "";
  const feed = subscribeRoom({
    url: stack.realtime.url,
    room,
    transport: "sse",
    view,
    join: () => api().rooms.join.mutate({ id: room }),
    fetch: (url, init) => {
      node = originOf(url);
      return fetch(url, init);
    },
    onEvent: (item) => void items.push(item),
    onReset: (item) => void items.push(item),
    onSkipped: (item) => void items.push(item),
    onState: (item) => void items.push(item),
  });
  const events = () => items.flatMap((item) => (item.kind === "event" ? [item.event] : []));
  return {
    feed,
    items,
    node: () => node,
    danmaku: () => events().flatMap((event) => (event.type === "danmaku.sent" ? [event] : [])),
    [Symbol.dispose]: () => feed.close(),
  };
}

test("a node that is started under load takes viewers, and when one is killed its viewers go on elsewhere, each event once", async () => {
  await using other = await startApp("realtime", stack.variables);
  await waitFor(async () => (await nodesOf()).includes(new URL(other.url).origin), patient);
  await store.set({ key: "realtime.smallRoomViewers", value: 5, by });
  using viewers = new DisposableStack();
  const crowd: ReturnType<typeof watch>[] = [];
  const on = (node: TestApp) => crowd.filter((viewer) => viewer.node() === new URL(node.url).origin);
  async function come(count: number) {
    for (let nth = 0; nth < count; nth++) crowd.push(viewers.use(watch("all")));
    await waitFor(() => crowd.every(({ feed }) => feed.phase === "live"), patient);
  }
  await come(40);
  const talking = startCrowd(50);

  const startedMs = performance.now();
  await using third = await startApp("realtime", stack.variables);
  await waitFor(async () => {
    if (on(third).length > 0) return true;
    await come(1);
    return false;
  }, patient);
  tell(`the third node had a viewer ${Math.round(performance.now() - startedMs)} ms after its start`);
  await come(10);
  expect(on(third).length).toBeGreaterThan(1);

  const [killed] = [stack.realtime, other].toSorted((left, right) => on(right).length - on(left).length);
  if (killed === undefined) throw new Error("there is no node");
  const orphans = on(killed);
  expect(orphans.length).toBeGreaterThan(5);
  killed.signal("SIGKILL");
  const killedMs = performance.now();
  const elsewhere = () =>
    orphans.every(({ feed, node }) => feed.phase === "live" && node() !== new URL(killed.url).origin);
  await waitFor(elsewhere, patient);
  tell(
    `${orphans.length} viewers were elsewhere ${Math.round(performance.now() - killedMs)} ms after the kill`,
  );
  await waitFor(async () => !(await nodesOf()).includes(new URL(killed.url).origin), patient);
  tell(`off the board ${Math.round(performance.now() - killedMs)} ms after the kill`);

  const count = await talking.stop();
  const last = String(count - 1);
  await waitFor(() => crowd.every((viewer) => viewer.danmaku().at(-1)?.data.text === last), patient);
  for (const viewer of crowd) {
    const numbers = viewer.danmaku().map(({ data }) => Number(data.text));
    const from = numbers[0] ?? 0;
    expect(numbers).toEqual(Array.from({ length: count - from }, (_, index) => from + index));
    expect(viewer.items.filter(({ kind }) => kind === "reset" || kind === "skipped")).toEqual([]);
  }
}, 120_000);

test("a budget that is changed while a crowd talks is in force on every node, and nobody is disconnected", async () => {
  await using one = await startApp("realtime", stack.variables);
  await using two = await startApp("realtime", stack.variables);
  const running = [one, two].map(({ url }) => new URL(url).origin);
  await waitFor(async () => {
    const nodes = await nodesOf();
    return running.every((origin) => nodes.includes(origin));
  }, patient);
  await store.set({ key: "realtime.smallRoomViewers", value: 0, by });
  using viewers = new DisposableStack();
  const crowd: ReturnType<typeof watch>[] = [];
  const nodesUsed = () => new Set(crowd.map((viewer) => viewer.node())).size;
  await waitFor(async () => {
    crowd.push(viewers.use(watch("shown")));
    await waitFor(() => crowd.every(({ feed }) => feed.phase === "live"), patient);
    return nodesUsed() > 1 && crowd.length >= 6;
  }, patient);
  const talking = startCrowd(400);
  const shownIn = (viewer: ReturnType<typeof watch>, fromMs: number, toMs: number) =>
    viewer.danmaku().filter(({ at }) => at >= fromMs && at < toMs).length;
  const told = (viewer: ReturnType<typeof watch>) =>
    viewer.items.reduce((sum, item) => sum + (item.kind === "skipped" ? item.count : 0), 0);
  // It is a crowd: something is left out for everybody.
  await waitFor(() => crowd.every((viewer) => told(viewer) > 50), patient);

  const { atMs } = await store.set({ key: "limiter.desktopPerSecond", value: 1_000, by });
  const allOf = async () => {
    const now = Date.now();
    const lastMs = Math.max(...crowd.map((viewer) => viewer.danmaku().at(-1)?.at ?? 0));
    return now > atMs + 2_500 && lastMs > atMs + 2_500;
  };
  await waitFor(allOf, patient);
  await talking.stop();
  for (const viewer of crowd) {
    const before = shownIn(viewer, atMs - 1_000, atMs);
    const after = shownIn(viewer, atMs + 1_000, atMs + 2_000);
    expect(before).toBeLessThanOrEqual(60);
    expect(after).toBeGreaterThan(before);
    const phases = viewer.items.flatMap((item) => (item.kind === "state" ? [item.phase] : []));
    expect(phases.slice(phases.indexOf("live"))).toEqual(["live"]);
  }
  const [viewer] = crowd;
  if (viewer === undefined) throw new Error("there is no viewer");
  const perTenth = Array.from({ length: 25 }, (_, tenth) =>
    shownIn(viewer, atMs - 500 + tenth * 100, atMs - 400 + tenth * 100),
  );
  tell(`shown per 100 ms, from 500 ms before the change: ${perTenth.join(" ")}`);
  // What is shown in the second that begins a second later is the same for all.
  const texts = (one: ReturnType<typeof watch>) =>
    one
      .danmaku()
      .filter(({ at }) => at >= atMs + 1_000 && at < atMs + 2_000)
      .map(({ data }) => data.text);
  for (const other of crowd) expect(texts(other)).toEqual(texts(viewer));
}, 120_000);

/** A reader's danmaku by room, and the node that its newest connection goes to. */
function createNotes() {
  const numbers = new Map<string, number[]>();
  let node = "";
  class NotingSocket extends WebSocket {
    constructor(url: URL) {
      super(url);
      node = `http://${url.host}`;
    }
  }
  return {
    options: {
      url: stack.realtime.url,
      view: "all",
      WebSocket: NotingSocket,
      onEvent({ event }: EventItem) {
        if (event.type !== "danmaku.sent") return;
        const known = numbers.get(event.room) ?? [];
        known.push(Number(event.data.text));
        numbers.set(event.room, known);
      },
    } as const,
    node: () => node,
    of: (of: string) => numbers.get(of) ?? [],
  };
}

/** Two nodes that are on the board, and how the one is killed that somebody is on. */
async function startPair() {
  await using starting = new AsyncDisposableStack();
  const pair = [
    starting.use(await startApp("realtime", stack.variables)),
    starting.use(await startApp("realtime", stack.variables)),
  ];
  await waitFor(async () => {
    const { nodes } = await api().rooms.nodes.query();
    return pair.every(({ url }) => nodes.includes(new URL(url).origin));
  }, patient);
  const owned = starting.move();
  return {
    kill(origin: string) {
      const found = [stack.realtime, ...pair].find(({ url }) => new URL(url).origin === origin);
      if (found === undefined) throw new Error(`there is no node at ${origin}`);
      found.signal("SIGKILL");
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const upTo = (count: number, from = 0) => Array.from({ length: count - from }, (_, index) => from + index);

test("a connection that follows several rooms goes on at another node when its own is killed, in each room each event once", async () => {
  await using pair = await startPair();
  const second = await goLive("followed_host");
  const rooms = [room, second.room];
  const notes = createNotes();
  const feed = subscribeRooms({
    ...notes.options,
    rooms,
    transport: "ws",
    join: () => api().rooms.nodes.query(),
  });
  using _closing = { [Symbol.dispose]: () => feed.close() };
  const areLive = () => rooms.every((id) => feed.phaseOf(id) === "live");
  await waitFor(areLive, patient);
  const talking = rooms.map((id) => startCrowd(50, id));
  await waitFor(() => rooms.every((id) => notes.of(id).length > 20), patient);
  const killed = notes.node();
  pair.kill(killed);
  await waitFor(() => notes.node() !== killed && areLive(), patient);
  const counts = await Promise.all(talking.map((crowd) => crowd.stop()));
  for (const [nth, id] of rooms.entries()) {
    const count = counts[nth] ?? 0;
    await waitFor(() => notes.of(id).at(-1) === count - 1, patient);
    expect(notes.of(id)).toEqual(upTo(count));
  }
}, 120_000);

test("a replay goes on at another node when its own is killed, from where it was to the end, each event once", async () => {
  await using pair = await startPair();
  const past = await goLive("replayed_host");
  const talking = startCrowd(50, past.room);
  // So long that a node can die in the middle.
  await waitFor(() => talking.said() > 150, patient);
  const count = await talking.stop();
  await past.end();
  const key = { room: past.room, session: past.session };
  await waitFor(async () => (await api().replay.get.query(key)).archive === "whole", patient);
  const notes = createNotes();
  const replay = replayRoom({
    ...notes.options,
    ...key,
    join: () => api().rooms.join.mutate({ id: past.room }),
  });
  using _closing = { [Symbol.dispose]: () => replay.close() };
  await waitFor(() => notes.of(past.room).length > 20, patient);
  const killed = notes.node();
  pair.kill(killed);
  await waitFor(() => replay.phase === "ended", patient);
  expect(notes.node()).not.toBe(killed);
  expect(notes.of(past.room)).toEqual(upTo(count));
}, 120_000);
