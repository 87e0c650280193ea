import { expect, test } from "bun:test";
import { createPlaces, type RoomJoin } from "./places.ts";
import { createManualClock } from "./testing/manual-clock.ts";

const url = new URL("http://common.test/");
const [a, b] = ["http://a.test/", "http://b.test/"] as const;

function setUp(answer: () => Promise<RoomJoin>, needsTicket = false) {
  let asked = 0;
  const world = { answer };
  const clock = createManualClock();
  const places = createPlaces({
    url,
    ticket: undefined,
    needsTicket,
    join: () => {
      asked += 1;
      return world.answer();
    },
    isFinal: (error) => error instanceof RangeError,
    clock,
  });
  const next = async () => {
    const place = await places.next();
    return { href: place.url.href, ticket: place.ticket };
  };
  return { places, world, clock, next, asked: () => asked };
}

const fails = (url: string, { places }: ReturnType<typeof setUp>) => places.failed(new URL(url));

test("the best node first, then the next without asking again, then whoever asked names", async () => {
  const feed = setUp(() => Promise.resolve({ nodes: [a, b] }));
  expect(await feed.next()).toEqual({ href: a, ticket: undefined });
  fails(a, feed);
  expect((await feed.next()).href).toBe(b);
  expect(feed.asked()).toBe(1);
  // The dead one is still named: it is passed over, until nothing else is left.
  fails(b, feed);
  feed.world.answer = () => Promise.resolve({ nodes: [a, "http://c.test/"] });
  expect((await feed.next()).href).toBe("http://c.test/");
  expect(feed.asked()).toBe(2);
  fails("http://c.test/", feed);
  expect((await feed.next()).href).toBe(a);
});

test("with tickets each connection asks, and while nobody answers nothing is tried without one", async () => {
  const feed = setUp(() => Promise.resolve({ nodes: [a, b], ticket: `t${feed.asked()}` }), true);
  expect(await feed.next()).toEqual({ href: a, ticket: "t1" });
  fails(a, feed);
  expect(await feed.next()).toEqual({ href: b, ticket: "t2" });
  fails(b, feed);
  feed.world.answer = () => Promise.reject(new Error("down"));
  await expect(feed.next()).rejects.toThrow("down");
});

test("while nobody can be asked the nodes that are known are left, and at last the common address", async () => {
  const feed = setUp(() => Promise.reject(new Error("down")));
  expect((await feed.next()).href).toBe(url.href);
  feed.world.answer = () => Promise.resolve({ nodes: [a] });
  expect((await feed.next()).href).toBe(a);
  feed.world.answer = () => Promise.reject(new Error("down"));
  fails(a, feed);
  expect((await feed.next()).href).toBe(url.href);
  feed.world.answer = () => Promise.reject(new RangeError("banned"));
  fails(url.href, feed);
  fails(a, feed);
  await expect(feed.next()).rejects.toThrow("banned");
});

test("no node at all: the common address", async () => {
  const feed = setUp(() => Promise.resolve({ nodes: [] }));
  expect((await feed.next()).href).toBe(url.href);
});

test("who does not answer is not waited for, and is listened to the next time; with tickets there is no other way", async () => {
  const answer = Promise.withResolvers<RoomJoin>();
  const feed = setUp(() => answer.promise);
  const first = feed.next();
  feed.clock.elapse(2_000);
  expect((await first).href).toBe(url.href);
  answer.resolve({ nodes: [a] });
  fails(url.href, feed);
  expect((await feed.next()).href).toBe(a);

  const late = Promise.withResolvers<RoomJoin>();
  const locked = setUp(() => late.promise, true);
  const place = locked.next();
  locked.clock.elapse(2_000);
  late.resolve({ nodes: [b], ticket: "t" });
  expect(await place).toEqual({ href: b, ticket: "t" });
});
