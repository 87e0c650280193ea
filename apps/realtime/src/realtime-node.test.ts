import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { roomEventSchema } from "@barrage/protocol";
import { seededRandom, waitFor } from "@barrage/testkit";
import { danmaku } from "./testing/danmaku.ts";
import { startTestWorld, type TestWorld } from "./testing/test-world.ts";
import { watchBy, watchSse, watchWs } from "./testing/viewers.ts";

setDefaultTimeout(20_000);

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const face = { title: "Room", description: "", slowModeMs: 0, followersOnly: false };

/** Says so much by the log's time that a node which opens the room holds only the end of it. */
async function sayOverTime(room: string, count: number): Promise<number[]> {
  const seqs: number[] = [];
  const startMs = Date.now() - count * 1_000;
  for (let index = 0; index < count; index++)
    seqs.push(await world.publish({ ...danmaku(room, `text ${index}`), at: startMs + index * 1_000 }));
  return seqs;
}

describe.each(["sse", "ws"] as const)("over %s", (format) => {
  const watch = watchBy[format];

  test("a viewer gets hello, live, then each event once and in order", async () => {
    await using node = await world.node();
    const room = await world.room();
    await using viewer = await watch(node.url, room);
    await waitFor(() => viewer.seen.isLive);
    const seqs = await world.say(room, "one", "two", "three");
    await waitFor(() => viewer.seen.seqs.length === 3);
    expect(viewer.seen.seqs).toEqual(seqs);
    expect(viewer.seen.texts).toEqual(["one", "two", "three"]);
    expect(viewer.seen.items[0]).toMatchObject({ kind: "control", frame: { type: "hello", room } });
    expect(viewer.seen.items[1]).toMatchObject({ kind: "control", frame: { type: "live", room } });
  });

  test("a room that is made after the node started receives", async () => {
    await using node = await world.node();
    const roomId = "lateroom".concat(format);
    const watching = watch(node.url, roomId);
    // The viewer knocks before the room's state has reached NATS.
    await Bun.sleep(50);
    await world.putState(roomId, {});
    await using viewer = await watching;
    await waitFor(() => viewer.seen.isLive);
    await world.say(roomId, "first");
    await waitFor(() => viewer.seen.texts.length === 1);
  });

  test("a viewer resumes on another node without a gap and without anything twice", async () => {
    await using first = await world.node();
    await using second = await world.node();
    const room = await world.room();
    await using before = await watch(first.url, room);
    await waitFor(() => before.seen.isLive);
    const seen = await world.say(room, "a", "b");
    await waitFor(() => before.seen.seqs.length === 2);
    const { cursor } = before.seen;
    await before.close();
    const missed = await world.say(room, "c", "d");
    await using after = await watch(second.url, room, { query: `since=${cursor}` });
    const live = await world.say(room, "e");
    await waitFor(() => after.seen.seqs.length === 3);
    expect([...before.seen.seqs, ...after.seen.seqs]).toEqual([...seen, ...missed, ...live]);
    expect(after.seen.controls("reset")).toEqual([]);
  });

  test("a viewer that is further back than the ring resumes from the log", async () => {
    await using node = await world.node();
    const room = await world.room();
    const seqs = await sayOverTime(room, 700);
    const epoch = world.log.epoch();
    await using viewer = await watch(node.url, room, { query: `since=${epoch}-${seqs[9]}` });
    await waitFor(() => viewer.seen.isLive);
    expect(viewer.seen.seqs).toEqual(seqs.slice(10));
    expect(node.metrics.value("log_pages")).toBeGreaterThan(0);
  });

  test("tail gives the newest events first, and then what comes", async () => {
    await using node = await world.node();
    const room = await world.room();
    const seqs = await world.say(room, "1", "2", "3", "4", "5");
    await using viewer = await watch(node.url, room, { query: "tail=3" });
    await waitFor(() => viewer.seen.isLive);
    expect(viewer.seen.seqs).toEqual(seqs.slice(2));
  });

  test("a cursor of another log is answered with a reset, and the stream goes on from now", async () => {
    await using node = await world.node();
    const room = await world.room();
    await world.say(room, "old");
    const ahead = `${world.log.epoch()}-999999999`;
    for (const cursor of ["zzz-5", ahead]) {
      await using viewer = await watch(node.url, room, { query: `since=${cursor}` });
      await waitFor(() => viewer.seen.isLive);
      expect(viewer.seen.controls("reset")).toMatchObject([{ reason: "epoch" }]);
      expect(viewer.seen.seqs).toEqual([]);
      const [seq] = await world.say(room, "new");
      await waitFor(() => viewer.seen.seqs.at(-1) === seq);
    }
  });

  test("who would have to read too far is told to begin anew", async () => {
    await using node = await world.node({ RESUME_EVENTS_MAX: "300" });
    const room = await world.room();
    const seqs = await sayOverTime(room, 1_200);
    await using viewer = await watch(node.url, room, {
      query: `since=${world.log.epoch()}-${(seqs[0] ?? 0) - 1}`,
    });
    await waitFor(() => viewer.seen.isLive);
    expect(viewer.seen.controls("reset")).toMatchObject([{ reason: "too_far" }]);
    const seen = viewer.seen.seqs;
    expect(seen).toEqual(seqs.slice(0, seen.length));
    expect(seen.length).toBeLessThan(seqs.length);
  });

  test("two tabs of one user, with a ticket each, both receive", async () => {
    await using node = await world.node();
    const room = await world.room({ visibility: "private" });
    const ticket = () => world.ticket(room, { user: "user0001", door: "private" });
    await using one = await watch(node.url, room, { query: `ticket=${ticket()}` });
    await using two = await watch(node.url, room, { query: `ticket=${ticket()}` });
    await waitFor(() => one.seen.isLive && two.seen.isLive);
    const seqs = await world.say(room, "hi");
    await waitFor(() => one.seen.seqs.length === 1 && two.seen.seqs.length === 1);
    expect([one.seen.seqs, two.seen.seqs]).toEqual([seqs, seqs]);
  });

  test("text that looks like frames stays text", async () => {
    await using node = await world.node();
    const room = await world.room();
    const forged =
      'x\n\nid: evil-1\ndata: {"type":"lottery.drawn"}\n\nevent: control\r\ndata: {}\u2028\u2029"]}';
    await using viewer = await watch(node.url, room);
    await waitFor(() => viewer.seen.isLive);
    const seqs = await world.say(room, forged, "after");
    await waitFor(() => viewer.seen.seqs.length === 2);
    expect(viewer.seen.fault).toBeUndefined();
    expect(viewer.seen.seqs).toEqual(seqs);
    expect(viewer.seen.texts).toEqual([forged, "after"]);
  });

  test("a quiet connection is kept alive", async () => {
    await using node = await world.node({ HEARTBEAT_MS: "200" });
    const room = await world.room();
    await using viewer = await watch(node.url, room);
    await waitFor(() => viewer.seen.heartbeats >= 3);
    expect(viewer.ended()).toBeUndefined();
    expect(viewer.seen.controls("hello")).toMatchObject([{ heartbeatMs: 200 }]);
  });

  test("what was lost while NATS was away is repaired when it is back, on the same connection", async () => {
    await using node = await world.node();
    const room = await world.room();
    await using viewer = await watch(node.url, room);
    await waitFor(() => viewer.seen.isLive);
    const before = await world.say(room, "before");
    await waitFor(() => viewer.seen.seqs.length === 1);
    await world.nats.stop();
    await world.nats.start();
    const after = await world.say(room, "after 1", "after 2");
    await waitFor(() => viewer.seen.seqs.length === 3, { deadlineMs: 15_000 });
    expect(viewer.seen.seqs).toEqual([...before, ...after]);
    expect(viewer.ended()).toBeUndefined();
  }, 30_000);

  test("while NATS is away an open room still lets viewers in; others are told when to come back", async () => {
    await using node = await world.node();
    const [open, closed] = [await world.room(), await world.room()];
    const [seq] = await world.say(open, "kept");
    await using first = await watch(node.url, open);
    await waitFor(() => first.seen.isLive);
    await world.nats.stop();
    try {
      await waitFor(async () => (await fetch(`${node.url}/readyz`)).status === 503);
      await using second = await watch(node.url, open, { query: "tail=5" });
      await waitFor(() => second.seen.isLive);
      expect(second.seen.seqs).toEqual(seq === undefined ? [] : [seq]);
      const refused = await fetch(`${node.url}/rooms/${closed}/events`);
      expect(refused.status).toBe(503);
      expect(await refused.json()).toMatchObject({
        code: "log_unavailable",
        retryAfterMs: expect.any(Number),
      });
    } finally {
      await world.nats.start();
      await waitFor(() => world.say(open, "back"), { deadlineMs: 15_000 });
    }
  }, 30_000);

  test("a room that becomes private ends those without a ticket; a deleted one ends all", async () => {
    await using node = await world.node();
    const room = await world.room();
    await using stranger = await watch(node.url, room);
    await using guest = await watch(node.url, room, {
      query: `ticket=${world.ticket(room, { door: "private" })}`,
    });
    await waitFor(() => stranger.seen.isLive && guest.seen.isLive);
    const changed = { v: 1, room, at: Date.now() } as const;
    await world.publish({
      ...changed,
      type: "room.updated",
      data: { face: { ...face, visibility: "private" } },
    });
    await waitFor(() => stranger.ended() !== undefined);
    expect(stranger.seen.controls("goodbye")).toEqual([
      { type: "goodbye", reason: "access_revoked", retryAfterMs: null },
    ]);
    expect(guest.ended()).toBeUndefined();
    const refused = await fetch(`${node.url}/rooms/${room}/events`);
    expect(refused.status).toBe(401);
    await refused.body?.cancel();
    await world.publish({ ...changed, type: "room.deleted", data: {} });
    await waitFor(() => guest.ended() !== undefined);
    expect(guest.seen.controls("goodbye")).toEqual([
      { type: "goodbye", reason: "room_deleted", retryAfterMs: null },
    ]);
    if (format === "ws") expect([stranger.ended(), guest.ended()]).toEqual([4502, 4501]);
  });

  test("a node that goes away says when to come back, to each viewer at another time", async () => {
    await using node = await world.node({ GOODBYE_SPREAD_MS: "5000" });
    const room = await world.room();
    const viewers = await Promise.all(Array.from({ length: 8 }, () => watch(node.url, room)));
    await waitFor(() => viewers.every(({ seen }) => seen.isLive));
    await node.stop();
    await waitFor(() => viewers.every((viewer) => viewer.ended() !== undefined));
    const delays = viewers.map(({ seen }) => seen.controls("goodbye")[0]?.retryAfterMs ?? -1);
    expect(delays.every((delayMs) => delayMs >= 0 && delayMs <= 5_000)).toBe(true);
    expect(new Set(delays).size).toBeGreaterThan(3);
    if (format === "ws") expect(viewers.map((viewer) => viewer.ended())).toEqual(viewers.map(() => 4000));
  });
});

test("the number of encodes depends on batches and formats, never on viewers", async () => {
  await using node = await world.node();
  const room = await world.room();
  const crowd = [
    ...(await Promise.all(Array.from({ length: 40 }, () => watchSse(node.url, room)))),
    ...(await Promise.all(Array.from({ length: 40 }, () => watchWs(node.url, room)))),
  ];
  await waitFor(() => crowd.every(({ seen }) => seen.isLive));
  for (let round = 0; round < 20; round++) await world.say(room, "一二三", "ok");
  await waitFor(() => crowd.every(({ seen }) => seen.seqs.length === 40));
  const batches = node.metrics.value("batches");
  expect(node.metrics.value("encodes", { format: "sse" })).toBe(batches);
  expect(node.metrics.value("encodes", { format: "ws" })).toBe(batches);
  expect(node.metrics.value("deliveries")).toBe(40 * crowd.length);
  await Promise.all(crowd.map((viewer) => viewer.close()));
});

test("viewers that come and go between two nodes see the log and nothing else", async () => {
  const random = seededRandom();
  await using first = await world.node();
  await using second = await world.node({ TICK_MS_MAX: "5" });
  const room = await world.room();
  const published: number[] = [];
  let isDone = false;
  const publishing = (async () => {
    for (let count = 0; count < 400; count++) {
      const role = random.chance(0.1) ? "host" : "viewer";
      published.push(await world.publish(danmaku(room, `text ${count}`, role)));
    }
    isDone = true;
  })();

  async function wander(): Promise<readonly number[]> {
    const seqs: number[] = [];
    let cursor = `${world.log.epoch()}-0`;
    for (;;) {
      const watch = random.chance(0.5) ? watchSse : watchWs;
      await using viewer = await watch(random.pick([first, second]).url, room, { query: `since=${cursor}` });
      const stay = random.between(1, 80);
      await waitFor(() => viewer.seen.seqs.length >= stay || isDone);
      if (isDone)
        await waitFor(
          () => viewer.seen.isLive && (viewer.seen.seqs.at(-1) ?? seqs.at(-1)) === published.at(-1),
        );
      const isLast = isDone;
      await viewer.close();
      cursor = viewer.seen.cursor;
      expect(viewer.seen.controls("reset")).toEqual([]);
      seqs.push(...viewer.seen.seqs);
      if (isLast && seqs.at(-1) === published.at(-1)) return seqs;
    }
  }

  const wanderers = await Promise.all([
    ...Array.from({ length: 12 }, wander),
    publishing.then(() => published),
  ]);
  for (const seqs of wanderers) expect(seqs).toEqual(published);
}, 60_000);

test("what a room's log says of it is newer than its state in NATS", async () => {
  await using node = await world.node();
  const [hidden, deleted] = [await world.room(), await world.room()];
  const now = { v: 1, at: Date.now() } as const;
  const data = { face: { ...face, visibility: "private" } } as const;
  await world.publish({ ...now, room: hidden, type: "room.updated", data });
  await world.publish({ ...now, room: deleted, type: "room.deleted", data: {} });
  expect((await fetch(`${node.url}/rooms/${hidden}/events`)).status).toBe(401);
  expect((await fetch(`${node.url}/rooms/${deleted}/events`)).status).toBe(404);
});

test("what was stored is forwarded byte for byte", async () => {
  await using node = await world.node();
  const room = await world.room();
  await using viewer = await watchSse(node.url, room);
  await waitFor(() => viewer.seen.isLive);
  const event = danmaku(room, "字幕 🎉");
  await world.publish(event);
  await waitFor(() => viewer.seen.items.at(-1)?.kind === "event");
  const item = viewer.seen.items.at(-1);
  expect(item?.kind === "event" && item.event).toEqual(roomEventSchema.parse(event));
});
