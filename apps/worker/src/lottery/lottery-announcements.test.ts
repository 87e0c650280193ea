import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { enterLotteries, findLottery, insertFollow, readPool } from "@barrage/db";
import { newId } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import { addLottery, addUser, enterMany, sweepOver, sweepUntil, toldIn } from "../testing/lottery-world.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";
import { createEntryCounter } from "./create-entry-counter.ts";
import { createPhraseEntries } from "./phrase-entries.ts";

let world: WorkerWorld;

beforeAll(async () => {
  world = await openWorkerWorld();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

describe("the close of a lottery", () => {
  const secondsTold = async (room: { readonly id: string }) =>
    (await toldIn(world, room)).flatMap((event) =>
      event.type === "lottery.closing" ? [event.data.secondsLeft] : [],
    );

  for (const [closesInMs, told] of [
    [90_000, []],
    [59_000, [60]],
    [29_000, [30]],
    [9_000, [10]],
  ] as const) {
    test(`${closesInMs / 1_000} s ahead is told as ${told.join() || "nothing"}, once`, async () => {
      const room = await world.newRoom();
      await addLottery(world, { room, closesInMs });
      for (let again = 0; again < 3; again++) await sweepOver(world).sweep();
      expect(await secondsTold(room)).toEqual([...told]);
    });
  }

  test("is not told at an opening that is as near", async () => {
    const room = await world.newRoom();
    await addLottery(world, { room, opensInMs: -500, closesInMs: 25_000 });
    await sweepOver(world).sweep();
    expect(await secondsTold(room)).toEqual([]);
  });
});

test("a lottery that was announced ahead is told as opened when Postgres says so, once", async () => {
  const room = await world.newRoom();
  const early = await addLottery(world, { room, opensInMs: 60_000, openingTold: false });
  const due = await addLottery(world, { room, opensInMs: -100, openingTold: false });
  await Promise.all([sweepOver(world).sweep(), sweepOver(world).sweep()]);
  const told = await toldIn(world, room);
  expect(told).toMatchObject([{ type: "lottery.opened", data: { lottery: { id: due, trust: "commit" } } }]);
  expect(JSON.stringify(told)).not.toContain(early);
});

test("counts are told when they changed, in one event however many entered", async () => {
  const room = await world.newRoom();
  const id = await addLottery(world, { room });
  const counter = createEntryCounter({ ...world, newId, now: Date.now });
  const counted = async () =>
    (await world.eventsOf(room.id)).flatMap((event) =>
      event.type === "lottery.counted" ? [event.data] : [],
    );
  await counter.tell();
  expect(await counted()).toEqual([]);
  await enterMany(world, id, 12);
  await counter.tell();
  await counter.tell();
  expect(await counted()).toEqual([{ id, entries: 12 }]);
});

describe("a phrase", () => {
  const say = async (room: { readonly id: string }, userId: string, said: { text: string; at?: number }) => {
    const event: RoomEvent = {
      v: 1,
      type: "danmaku.sent",
      room: room.id,
      at: said.at ?? Date.now(),
      by: { id: userId, name: "somebody", role: "viewer" },
      data: { id: newId(), session: newId(), text: said.text, color: "#ffffff", mode: "scroll" },
    };
    await world.roomLog.publish(event, { messageId: newId() });
  };
  const inPool = async (id: string) =>
    (await readPool(world.database.orm, id)).map((entry) => entry.userId).toSorted();
  const phrasesOver = () => createPhraseEntries({ ...world, newId });

  test("enters who said exactly it while the lottery was open, once, and not the host", async () => {
    const room = await world.newRoom(newId());
    const [early, exact, near] = [
      await addUser(world.database),
      await addUser(world.database),
      await addUser(world.database),
    ];
    await say(room, early, { text: "star", at: Date.now() - 120_000 });
    const id = await addLottery(world, { room, conditions: { phrase: "star" } });
    await say(room, early, { text: "star", at: Date.now() - 120_000 });
    for (let again = 0; again < 3; again++) await say(room, exact, { text: "star" });
    await say(room, near, { text: "star!" });
    await say(room, room.hostId, { text: "star" });
    await Promise.all([phrasesOver().search(), phrasesOver().search()]);
    expect(await inPool(id)).toEqual([exact]);
  });

  test("together with another condition enters those alone who meet it", async () => {
    const room = await world.newRoom(newId());
    const id = await addLottery(world, { room, conditions: { phrase: "star", followHost: true } });
    const [follower, stranger] = [await addUser(world.database), await addUser(world.database)];
    await insertFollow(world.database.orm, { followerId: follower, followeeId: room.hostId });
    for (const userId of [follower, stranger]) await say(room, userId, { text: "star" });
    await phrasesOver().search();
    expect(await inPool(id)).toEqual([follower]);
  });

  test("said in the last moment counts, though the worker was away until after the close", async () => {
    const room = await world.newRoom(newId());
    const id = await addLottery(world, { room, conditions: { phrase: "star" }, closesInMs: -3_000 });
    const [intime, late] = [await addUser(world.database), await addUser(world.database)];
    await say(room, intime, { text: "star", at: Date.now() - 3_500 });
    await say(room, late, { text: "star", at: Date.now() - 2_000 });
    // Entering in any other way is over.
    const entry = {
      lotteryId: id,
      userId: late,
      entryId: newId(),
      rulesVersion: 1,
      evidence: {},
      atMs: null,
    };
    expect(await enterLotteries(world.database.orm, [entry])).toMatchObject([{ outcome: "unclear" }]);
    await sweepUntil(world, id, { is: ({ state }) => state === "drawn" });
    expect(await inPool(id)).toEqual([intime]);
    expect((await findLottery(world.database.orm, id))?.entryCount).toBe(1);
  });
});
