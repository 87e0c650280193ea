import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  enterLotteries,
  findLottery,
  listAudit,
  listWaitingEvents,
  listWinners,
  markRelayed,
} from "@barrage/db";
import { newId } from "@barrage/platform";
import { SQL } from "bun";
import {
  addLottery,
  addUser,
  enterMany,
  expectedWinners,
  sweepOver,
  sweepUntil,
  toldIn,
  winnersOf,
} from "../testing/lottery-world.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";

let world: WorkerWorld;

beforeAll(async () => {
  world = await openWorkerWorld();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const typesIn = async (room: { readonly id: string }) => (await toldIn(world, room)).map(({ type }) => type);

describe("a lottery whose time is up", () => {
  test("is closed, sealed and drawn, with its events and its record, and nothing is done twice", async () => {
    const room = await world.newRoom(newId());
    const prizes = [
      { name: "Gold", count: 1 },
      { name: "Silver", count: 2 },
    ];
    const id = await addLottery(world, { room, prizes, closesInMs: -1_000 });
    await enterMany(world, id, 7);
    const row = await sweepUntil(world, id, { is: ({ state }) => state === "drawn" });
    const expected = await expectedWinners(world, id);
    expect(expected).toHaveLength(3);
    expect(await winnersOf(world, id)).toEqual(expected);
    expect(await typesIn(room)).toEqual(["lottery.closed", "lottery.drawn"]);
    const [closed, drawn] = await toldIn(world, room);
    expect(closed?.data).toEqual({ id, entries: 7, root: row.root ?? "", beaconRound: null });
    expect(drawn?.data).toMatchObject({ id, more: 0, seed: row.seed ?? "" });
    const revealed = Uint8Array.fromHex(row.seed ?? "");
    const commit = createHash("sha256").update("gl-lottery-v1/commit").update(revealed).digest("hex");
    expect(commit).toBe(row.commit);
    const record = await listAudit(world.database.orm, id);
    expect(record.map(({ action }) => action)).toEqual(["sealed", "drawn"]);
    for (let again = 0; again < 3; again++) await sweepOver(world).sweep();
    expect(await typesIn(room)).toEqual(["lottery.closed", "lottery.drawn"]);
  }, 30_000);

  test("is published when its result has left the outbox, and not before", async () => {
    const room = await world.newRoom();
    const id = await addLottery(world, { room, closesInMs: -1_000 });
    await sweepUntil(world, id, { is: ({ state }) => state === "drawn" });
    const tried = () => sweepOver(world).sweep();
    expect(await tried()).toBeGreaterThan(0);
    const waiting = await listWaitingEvents(world.database.orm, 10_000);
    await markRelayed(
      world.database.orm,
      waiting.map((event) => event.id),
    );
    await tried();
    expect(await tried()).toBe(0);
  }, 30_000);

  test("without entrants is drawn with no winners, and that is told", async () => {
    const room = await world.newRoom();
    const id = await addLottery(world, { room, closesInMs: -1_000 });
    await sweepUntil(world, id, { is: ({ state }) => state === "drawn" });
    expect((await toldIn(world, room)).at(-1)).toMatchObject({
      type: "lottery.drawn",
      data: { winners: [], more: 0 },
    });
  }, 30_000);

  test("days ago, in a room that has ended or is gone, is drawn all the same", async () => {
    const days = 3 * 86_400_000;
    const id = await addLottery(world, { room: { id: newId() }, opensInMs: -2 * days, closesInMs: -days });
    const row = await sweepUntil(world, id, { is: ({ state }) => state === "drawn" });
    expect(row.entryCount).toBe(0);
  }, 30_000);

  test("with more winners than an event can carry tells the first hundred, and how many more", async () => {
    const room = await world.newRoom();
    const id = await addLottery(world, { room, prizes: [{ name: "Star", count: 120 }], closesInMs: -1_000 });
    await enterMany(world, id, 110);
    await sweepUntil(world, id, { is: ({ state }) => state === "drawn" });
    const drawn = (await toldIn(world, room)).at(-1);
    if (drawn?.type !== "lottery.drawn") throw new Error("not drawn");
    expect([drawn.data.winners.length, drawn.data.more]).toEqual([100, 10]);
    expect(await listWinners(world.database.orm, id)).toHaveLength(110);
  }, 30_000);

  test("whose pool was changed after the seal is not drawn, and that is complained of", async () => {
    const room = await world.newRoom();
    const id = await addLottery(world, { room, closesInMs: -1_000 });
    await enterMany(world, id, 3);
    const row = await sweepUntil(world, id, { is: ({ root }) => root !== null });
    expect(row.state).toBe("closed");
    await using sql = new SQL({ url: world.databaseUrl, max: 1 });
    await sql`insert into lottery_entries (lottery_id, user_id, id, evidence)
      values (${id}, ${newId()}, ${newId()}, '{}')`;
    const before = world.complaints.length;
    await sweepOver(world).sweep();
    expect(world.complaints.length).toBeGreaterThan(before);
    expect((await findLottery(world.database.orm, id))?.state).toBe("closed");
    await sql`update lotteries set state = 'cancelled' where id = ${id}`;
  }, 30_000);
});

test("a close waits for whoever is being let in, and nobody is let in after it", async () => {
  const room = await world.newRoom();
  const id = await addLottery(world, { room, closesInMs: 400 });
  const userIds = await Promise.all(Array.from({ length: 40 }, () => addUser(world.database)));
  let acknowledged = 0;
  const crowd = Promise.all(
    userIds.map(async (userId, index) => {
      await Bun.sleep(index * 20);
      const entry = { lotteryId: id, userId, entryId: newId(), rulesVersion: 1, evidence: {}, atMs: null };
      const [outcome] = await enterLotteries(world.database.orm, [entry]);
      if (outcome?.outcome === "entered") acknowledged += 1;
    }),
  );
  const row = await sweepUntil(world, id, { is: ({ state }) => state === "drawn" });
  await crowd;
  expect(row.entryCount).toBe(acknowledged);
  expect(acknowledged).toBeGreaterThan(0);
  expect(acknowledged).toBeLessThan(userIds.length);
}, 30_000);
