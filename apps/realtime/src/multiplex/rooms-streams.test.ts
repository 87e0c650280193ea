import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { busTopics } from "@barrage/platform";
import { errorBodySchema } from "@barrage/protocol";
import { waitFor } from "@barrage/testkit";
import { watchRoomsBy } from "../testing/rooms-viewer.ts";
import { startTestWorld, type TestNode, type TestWorld } from "../testing/test-world.ts";

setDefaultTimeout(20_000);

let world: TestWorld;
let node: TestNode;
beforeAll(async () => {
  world = await startTestWorld();
  node = await world.node();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const rooms = (count: number) => Promise.all(Array.from({ length: count }, () => world.room()));

/** Two rooms, for tests that take no more. */
async function twoRooms(state: Parameters<TestWorld["room"]>[0] = {}): Promise<[string, string]> {
  return [await world.room(), await world.room(state)];
}

async function refusal(query: string, path = "events") {
  const response = await fetch(`${node.url}/${path}?${query}`);
  const { code, issues } = errorBodySchema.parse(await response.json());
  return { status: response.status, code, path: issues?.[0]?.path };
}

describe.each(["sse", "ws"] as const)("several rooms over one connection, %s", (format) => {
  const watch = watchRoomsBy[format];

  test("each room greets, and gives its own events, each once and in order", async () => {
    const [a, b] = await twoRooms();
    await using viewer = await watch(node.url, [a, b, a]);
    await waitFor(() => [a, b].every((room) => viewer.seen.of(room).isLive));
    const seqsA: number[] = [];
    const seqsB: number[] = [];
    for (let round = 0; round < 5; round++) {
      seqsA.push(...(await world.say(a, `a${round}`)));
      seqsB.push(...(await world.say(b, `b${round}\n\ndata: forged`, "more")));
    }
    await waitFor(() => viewer.seen.of(a).seqs.length === 5 && viewer.seen.of(b).seqs.length === 10);
    expect([viewer.seen.of(a).seqs, viewer.seen.of(b).seqs]).toEqual([seqsA, seqsB]);
    expect(viewer.seen.of(a).controls("hello")).toHaveLength(1);
    expect(viewer.seen.fault).toBeUndefined();
  });

  test("rooms resume each from its own cursor, on another node", async () => {
    const [a, b] = await twoRooms();
    const [a1] = await world.say(a, "a1", "a2");
    const [, b2] = await world.say(b, "b1", "b2", "b3");
    const epoch = world.log.epoch();
    await using other = await world.node();
    const since = `since=${a}:${epoch}-${a1},${b}:${epoch}-${b2}`;
    await using viewer = await watch(other.url, [a, b], { query: since });
    await waitFor(() => [a, b].every((room) => viewer.seen.of(room).isLive));
    expect([viewer.seen.of(a).texts, viewer.seen.of(b).texts]).toEqual([["a2"], ["b3"]]);
  });

  test("a cursor of another log resets that room alone", async () => {
    const [a, b] = await twoRooms();
    const [a1] = await world.say(a, "a1", "a2");
    const since = `since=${a}:${world.log.epoch()}-${a1},${b}:zzz-5`;
    await using viewer = await watch(node.url, [a, b], { query: since });
    await waitFor(() => [a, b].every((room) => viewer.seen.of(room).isLive));
    expect(viewer.seen.of(b).controls("reset")).toMatchObject([{ room: b, reason: "epoch" }]);
    expect([viewer.seen.of(a).texts, viewer.seen.of(a).controls("reset")]).toEqual([["a2"], []]);
  });

  test("a room that can't be joined is told in its place, the others go on; a ticket opens its own room", async () => {
    const [open, closed] = await twoRooms({ visibility: "private" });
    const secret = await world.room({ visibility: "private" });
    const query = `tickets=${secret}:${world.ticket(secret, { door: "private" })}`;
    await using viewer = await watch(node.url, [open, closed, "nosuchroom", secret], { query });
    await waitFor(() => [open, secret].every((room) => viewer.seen.of(room).isLive));
    await waitFor(() => viewer.seen.refused("nosuchroom") !== undefined);
    expect(viewer.seen.refused(closed)).toMatchObject({ code: "ticket_required", retryAfterMs: null });
    expect(viewer.seen.refused("nosuchroom")).toMatchObject({ code: "room_not_found" });
    await world.say(secret, "psst");
    await waitFor(() => viewer.seen.of(secret).texts.length === 1);
  });

  test("a room that is closed to a viewer leaves the connection, and nothing else does", async () => {
    const [a, b] = await twoRooms();
    await using viewer = await watch(node.url, [a, b]);
    await waitFor(() => [a, b].every((room) => viewer.seen.of(room).isLive));
    await world.publish({ v: 1, room: a, at: Date.now(), type: "room.deleted", data: {} });
    await waitFor(() => viewer.seen.left(a) !== undefined);
    expect(viewer.seen.left(a)).toEqual({
      type: "left",
      room: a,
      reason: "room_deleted",
      retryAfterMs: null,
    });
    await world.say(b, "still here");
    await waitFor(() => viewer.seen.of(b).texts.length === 1);
    expect(viewer.ended()).toBeUndefined();
  });

  test("a log-in that ends takes its rooms from the connection; they may be asked for again", async () => {
    const [a, b] = await twoRooms();
    const login = `login${format}`;
    const query = `tickets=${a}:${world.ticket(a, { user: "user0001", login })}`;
    await using viewer = await watch(node.url, [a, b], { query });
    await waitFor(() => [a, b].every((room) => viewer.seen.of(room).isLive));
    world.bus.broadcast(busTopics.authRevoked, { sessionIds: [login] });
    await waitFor(() => viewer.seen.left(a) !== undefined);
    expect(viewer.seen.left(a)).toMatchObject({ reason: "goodbye", retryAfterMs: expect.any(Number) });
    expect(viewer.ended()).toBeUndefined();
  });

  test("it counts as one connection, of its address and of its user", async () => {
    const settings = { CONNECTIONS_PER_ADDRESS_MAX: "1", CONNECTIONS_PER_USER_MAX: "1" };
    await using small = await world.node(settings);
    const many = await rooms(5);
    const tickets = many.map((room) => `${room}:${world.ticket(room, { user: "user0002" })}`);
    await using viewer = await watch(small.url, many, { query: `tickets=${tickets.join(",")}` });
    await waitFor(() => many.every((room) => viewer.seen.of(room).isLive));
    const response = await fetch(`${small.url}/events?rooms=${many[0]}`);
    expect([response.status, await response.json()]).toMatchObject([503, { code: "connections_exhausted" }]);
    await viewer.close();
    await waitFor(async () => {
      const again = await fetch(`${small.url}/events?rooms=${many[0]}`);
      await again.body?.cancel();
      return again.status === 200;
    });
  });

  test("a quiet connection has one heartbeat, however many rooms it follows", async () => {
    await using quiet = await world.node({ HEARTBEAT_MS: "400" });
    const many = await rooms(10);
    await using few = await watch(quiet.url, many.slice(0, 1));
    await using viewer = await watch(quiet.url, many);
    await waitFor(() => many.every((room) => viewer.seen.of(room).isLive));
    const [fewBefore, before] = [few.seen.connection.heartbeats, viewer.seen.connection.heartbeats];
    await waitFor(() => viewer.seen.connection.heartbeats >= before + 4);
    const beats = few.seen.connection.heartbeats - fewBefore;
    // The same clock beats for both; a heartbeat per room would be ten times as many.
    expect(viewer.seen.connection.heartbeats - before).toBeLessThanOrEqual(2 * (beats + 2));
  });

  test("a node that goes away says one goodbye to the connection, with a time of its own", async () => {
    await using leaving = await world.node();
    const [a, b] = await twoRooms();
    await using viewer = await watch(leaving.url, [a, b]);
    await waitFor(() => [a, b].every((room) => viewer.seen.of(room).isLive));
    await leaving.stop();
    await waitFor(() => viewer.ended() !== undefined);
    expect(viewer.seen.connection.controls("goodbye")).toMatchObject([{ reason: "goodbye" }]);
    expect([viewer.seen.left(a), viewer.seen.left(b)]).toEqual([undefined, undefined]);
    expect(viewer.ended()).toBe(format === "ws" ? 4000 : 0);
  });
});

test("the last id of a stream continues every room where it was, whichever spoke last", async () => {
  const [a, b] = await twoRooms();
  await using before = await watchRoomsBy.sse(node.url, [a, b]);
  await waitFor(() => [a, b].every((room) => before.seen.of(room).isLive));
  await world.say(a, "a1");
  await waitFor(() => before.seen.of(a).texts.length === 1);
  await world.say(b, "b1", "b2");
  await waitFor(() => before.seen.of(b).texts.length === 2);
  const { lastId } = before.seen;
  await before.close();
  await world.say(a, "a2");
  await world.say(b, "b3");
  // As EventSource does: the address is the old one, the header tells where it is by now.
  const stale = `since=${a}:${world.log.epoch()}-0,${b}:${world.log.epoch()}-0`;
  const headers = { "last-event-id": lastId };
  await using after = await watchRoomsBy.sse(node.url, [a, b], { query: stale, headers });
  await waitFor(() => [a, b].every((room) => after.seen.of(room).isLive));
  expect([after.seen.of(a).texts, after.seen.of(b).texts]).toEqual([["a2"], ["b3"]]);
});

test("ids are left out for clients that keep the cursors themselves", async () => {
  const room = await world.room();
  await using viewer = await watchRoomsBy.sse(node.url, [room], { query: "ids=none" });
  await waitFor(() => viewer.seen.of(room).isLive);
  await world.say(room, "hello");
  await waitFor(() => viewer.seen.of(room).texts.length === 1);
  expect([viewer.seen.lastId, viewer.seen.of(room).cursor.length > 0]).toEqual(["", true]);
});

test("what can't be asked for is refused before the stream, by a code of its own", async () => {
  const tooMany = Array.from({ length: 51 }, (_, index) => `room${1_000 + index}`).join(",");
  expect(await refusal(`rooms=${tooMany}`)).toMatchObject({ status: 400, code: "too_many_rooms" });
  expect(await refusal("")).toMatchObject({ status: 400, code: "input_invalid", path: "rooms" });
  expect(await refusal("rooms=x")).toMatchObject({ code: "input_invalid", path: "rooms" });
  expect(await refusal("rooms=roomaaaa&tickets=abc")).toMatchObject({ path: "tickets" });
  expect(await refusal("rooms=roomaaaa&since=e1-5")).toMatchObject({ code: "cursor_malformed" });
  expect(await refusal("rooms=roomaaaa&tail=999")).toMatchObject({ path: "tail" });
  expect(await refusal("rooms=nosuchroom,nosuchrooms")).toMatchObject({
    status: 404,
    code: "room_not_found",
  });
  expect(await refusal("", "events/ws")).toMatchObject({ status: 400, path: "upgrade" });
});

test("the number of encodes depends on batches and formats, never on connections or their rooms", async () => {
  await using busy = await world.node();
  const many = await rooms(4);
  const gzip = { headers: { "accept-encoding": "gzip" } };
  const crowd = await Promise.all(
    Array.from({ length: 6 }, () => [
      watchRoomsBy.sse(busy.url, many, { headers: { "accept-encoding": "identity" } }),
      watchRoomsBy.sse(busy.url, many, gzip),
      watchRoomsBy.ws(busy.url, many),
    ]).flat(),
  );
  const isAll = (count: number) => () =>
    crowd.every(({ seen }) => many.every((room) => seen.of(room).seqs.length === count));
  await waitFor(() => crowd.every(({ seen }) => many.every((room) => seen.of(room).isLive)));
  for (let round = 0; round < 5; round++) for (const room of many) await world.say(room, "一二三");
  await waitFor(isAll(5));
  const batches = busy.metrics.value("batches");
  for (const format of ["ws", "blocks", "blocks_gzip"])
    expect([format, busy.metrics.value("encodes", { format })]).toEqual([format, batches]);
  expect(busy.metrics.value("deliveries")).toBe(20 * crowd.length);
  // The end of a gzip stream checks every byte before it.
  await busy.stop();
  await waitFor(() => crowd.every((viewer) => viewer.ended() !== undefined));
  expect(crowd.map(({ seen }) => seen.fault)).toEqual(crowd.map(() => undefined));
}, 30_000);
