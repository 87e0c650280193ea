import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { watchRoomsBy } from "../testing/rooms-viewer.ts";
import { startTestWorld, type TestNode, type TestWorld } from "../testing/test-world.ts";

setDefaultTimeout(20_000);

const roomsMax = 3;
let world: TestWorld;
let node: TestNode;
beforeAll(async () => {
  world = await startTestWorld();
  node = await world.node({ ROOMS_PER_CONNECTION_MAX: String(roomsMax) });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const watch = (rooms: readonly string[] = []) => watchRoomsBy.ws(node.url, rooms);

test("rooms come and go while the socket stays, each from where it is asked for", async () => {
  const [a, b] = [await world.room(), await world.room()];
  await using viewer = await watch();
  await world.say(a, "a1", "a2");
  viewer.say({ type: "subscribe", room: a, tail: 1 });
  await waitFor(() => viewer.seen.of(a).isLive);
  expect(viewer.seen.of(a).texts).toEqual(["a2"]);
  const [b1] = await world.say(b, "b1", "b2");
  viewer.say({ type: "subscribe", room: b, since: `${world.log.epoch()}-${b1}` });
  await waitFor(() => viewer.seen.of(b).isLive);
  expect(viewer.seen.of(b).texts).toEqual(["b2"]);
  const { cursor } = viewer.seen.of(a);
  viewer.say({ type: "unsubscribe", room: a });
  // The node takes what a client says in order: when this is answered, the room has gone.
  viewer.say({ type: "subscribe", room: "nosuchroom" });
  await waitFor(() => viewer.seen.refused("nosuchroom") !== undefined);
  await world.say(a, "unheard");
  await world.say(b, "b3");
  await waitFor(() => viewer.seen.of(b).texts.length === 2);
  expect(viewer.seen.of(a).texts).toEqual(["a2"]);
  viewer.say({ type: "subscribe", room: a, since: cursor });
  await waitFor(() => viewer.seen.of(a).texts.length === 2);
  expect(viewer.seen.of(a).texts).toEqual(["a2", "unheard"]);
});

test("more rooms than a connection may follow are refused, until one has left", async () => {
  const many = await Promise.all(Array.from({ length: roomsMax + 1 }, () => world.room()));
  const last = many.at(-1) ?? "";
  await using viewer = await watch(many.slice(0, roomsMax));
  await waitFor(() => many.slice(0, roomsMax).every((room) => viewer.seen.of(room).isLive));
  viewer.say({ type: "subscribe", room: last });
  await waitFor(() => viewer.seen.refused(last) !== undefined);
  expect(viewer.seen.refused(last)).toMatchObject({ code: "too_many_rooms", retryAfterMs: null });
  viewer.say({ type: "unsubscribe", room: many[0] });
  viewer.say({ type: "subscribe", room: last });
  await waitFor(() => viewer.seen.of(last).isLive);
});

test("a ticket opens its own private room and no other", async () => {
  const [mine, other] = await Promise.all([1, 2].map(() => world.room({ visibility: "private" })));
  if (mine === undefined || other === undefined) throw new Error("no rooms");
  await using viewer = await watch();
  const ticket = world.ticket(mine, { door: "private" });
  viewer.say({ type: "subscribe", room: other, ticket });
  await waitFor(() => viewer.seen.refused(other) !== undefined);
  expect(viewer.seen.refused(other)).toMatchObject({ code: "ticket_invalid", retryAfterMs: null });
  viewer.say({ type: "subscribe", room: mine, ticket });
  await waitFor(() => viewer.seen.of(mine).isLive);
});

test("who asks without end is slowed down, and the other rooms go on", async () => {
  const room = await world.room();
  await using viewer = await watch([room]);
  await waitFor(() => viewer.seen.of(room).isLive);
  for (let count = 0; count < 20; count++) {
    viewer.say({ type: "subscribe", room: `nosuchroom${count}` });
    viewer.say({ type: "unsubscribe", room: `nosuchroom${count}` });
  }
  await waitFor(() => viewer.seen.refused("nosuchroom19") !== undefined);
  expect(viewer.seen.refused("nosuchroom19")).toMatchObject({
    code: "rate_limited",
    retryAfterMs: expect.any(Number),
  });
  await world.say(room, "on it goes");
  await waitFor(() => viewer.seen.of(room).texts.length === 1);
});

test("what the protocol does not know ends the socket; a pong is fine", async () => {
  const room = await world.room();
  await using viewer = await watch([room]);
  viewer.say({ type: "pong" });
  viewer.say({ type: "subscribe", room: "live.>" });
  await waitFor(() => viewer.ended() !== undefined);
  expect(viewer.ended()).toBe(4500);
});
