import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { type LotteryWorld, lotteryForm, refusal, startLotteryWorld } from "../../testing/lottery-world.ts";
import { createRoomWorld, type Person } from "../../testing/room-world.ts";
import { startTestApi } from "../../testing/start-test-api.ts";

let lotteries: LotteryWorld;

beforeAll(async () => {
  lotteries = await startLotteryWorld();
}, 60_000);
afterAll(() => lotteries[Symbol.asyncDispose]());

describe("entering", () => {
  test("counts a user once, however often and on however many nodes they do it", async () => {
    const { id } = await lotteries.open();
    const viewer = await lotteries.world.person();
    await using other = await lotteries.api.startAnotherNode();
    const clients = [viewer.client, other.client({ token: viewer.token })];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => clients[index % 2]?.lottery.enter.mutate({ id })),
    );
    expect(answers.every((answer) => answer?.entered)).toBe(true);
    expect(await lotteries.rowsOf(id)).toHaveLength(1);
    const again = await viewer.client.lottery.enter.mutate({ id });
    expect(again).toMatchObject({ entered: true, code: "already_entered", entries: 1 });
    const { me } = await viewer.client.lottery.get.query({ id });
    expect(me).toEqual({ entered: true, eligible: true, lacks: [], won: null });
  });

  test("and withdrawing can be repeated, and coming back is entering again", async () => {
    const { id } = await lotteries.open();
    const { client } = await lotteries.world.person();
    expect(await client.lottery.withdraw.mutate({ id })).toMatchObject({ entered: false });
    expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
    expect(await client.lottery.withdraw.mutate({ id })).toMatchObject({ entered: false });
    expect(await client.lottery.withdraw.mutate({ id })).toMatchObject({ entered: false });
    expect((await lotteries.rowsOf(id)).map(({ withdrawn }) => withdrawn)).toEqual([true]);
    expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
    expect((await lotteries.rowsOf(id)).map(({ withdrawn }) => withdrawn)).toEqual([false]);
  });

  test("is refused before the opening", async () => {
    const { host, room } = await lotteries.hostWithRoom();
    const { id } = await host.client.lottery.create.mutate({ room, ...lotteryForm, opensInMs: 60_000 });
    const { client } = await lotteries.world.person();
    expect(await refusal(client.lottery.enter.mutate({ id }))).toEqual({
      code: "lottery_not_open",
      status: 409,
    });
    expect((await lotteries.world.events(room)).some(({ type }) => type === "lottery.opened")).toBe(false);
    await lotteries.shift(id, { opensInMs: -1 });
    expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
  });

  test("and withdrawing are refused after the close, by Postgres' clock alone", async () => {
    const { id } = await lotteries.open();
    const [early, late] = [await lotteries.world.person(), await lotteries.world.person()];
    await early.client.lottery.enter.mutate({ id });
    await lotteries.shift(id, { closesInMs: -1 });
    expect(await refusal(late.client.lottery.enter.mutate({ id }))).toEqual({
      code: "lottery_closed",
      status: 409,
    });
    expect(await refusal(early.client.lottery.withdraw.mutate({ id }))).toMatchObject({
      code: "lottery_closed",
    });
    expect(await lotteries.rowsOf(id)).toEqual([{ user_id: early.id, withdrawn: false }]);
    expect(await late.client.lottery.get.query({ id })).toMatchObject({ state: "closed" });
  });

  test("is refused once the host closed by hand, or cancelled", async () => {
    const { host, room, id } = await lotteries.open();
    const { client } = await lotteries.world.person();
    await client.lottery.get.query({ id });
    expect(await host.client.lottery.close.mutate({ id })).toMatchObject({ state: "closed" });
    expect(await refusal(client.lottery.enter.mutate({ id }))).toMatchObject({ code: "lottery_closed" });
    expect(await refusal(host.client.lottery.close.mutate({ id }))).toMatchObject({ code: "lottery_closed" });
    expect(await refusal(host.client.lottery.cancel.mutate({ id, reason: "late" }))).toMatchObject({
      code: "lottery_closed",
    });
    const other = await host.client.lottery.create.mutate({ room, ...lotteryForm });
    await host.client.lottery.cancel.mutate({ id: other.id, reason: "no star" });
    expect(await refusal(client.lottery.enter.mutate({ id: other.id }))).toMatchObject({
      code: "lottery_cancelled",
    });
  });

  test("is refused to the host, to moderators, to the banned, and to nobody in particular", async () => {
    const { host, room, id } = await lotteries.open();
    const [helper, banned] = [await lotteries.world.person(), await lotteries.world.person()];
    await host.client.rooms.setModerator.mutate({ id: room, userName: helper.name, moderator: true });
    await host.client.rooms.ban.mutate({ id: room, userId: banned.id, minutes: null });
    const enter = ({ client }: Pick<Person, "client">) => refusal(client.lottery.enter.mutate({ id }));
    expect(await enter(host)).toMatchObject({ code: "lottery_host_excluded", status: 403 });
    expect(await enter(helper)).toMatchObject({ code: "lottery_host_excluded" });
    expect(await enter(banned)).toMatchObject({ code: "user_banned" });
    expect(await enter({ client: lotteries.api.client() })).toMatchObject({ code: "unauthenticated" });
    expect(await lotteries.rowsOf(id)).toEqual([]);
    expect((await host.client.lottery.get.query({ id })).me).toMatchObject({ eligible: false, lacks: [] });
  });

  test("is on record for who was banned later: their own proof stays, the room's lotteries and winners don't", async () => {
    const { host, room, id } = await lotteries.open();
    const { id: userId, client } = await lotteries.world.person();
    await client.lottery.enter.mutate({ id });
    await host.client.rooms.ban.mutate({ id: room, userId, minutes: null });
    const { get, listByRoom, winners, audit, mine, proof } = client.lottery;
    const reads = [get.query({ id }), listByRoom.query({ room }), winners.query({ id }), audit.query({ id })];
    const refused = await Promise.all(reads.map(refusal));
    expect(refused.map(({ code }) => code)).toEqual(reads.map(() => "user_banned"));
    expect((await mine.query({})).items).toMatchObject([{ id }]);
    expect(await refusal(proof.query({ id }))).toMatchObject({ code: "lottery_not_closed" });
  });

  test("is refused in a lottery that does not exist", async () => {
    const { client } = await lotteries.world.person();
    const id = "0".repeat(25);
    expect(await refusal(client.lottery.enter.mutate({ id }))).toMatchObject({ code: "lottery_not_found" });
    expect(await refusal(client.lottery.get.query({ id }))).toMatchObject({ code: "lottery_not_found" });
  });

  test("goes on while Redis is empty or gone, and nobody is in twice", async () => {
    await using own = await startTestApi();
    const ownWorld = await createRoomWorld(own);
    const host = await ownWorld.person();
    const room = await ownWorld.room(host);
    const { id } = await host.client.lottery.create.mutate({ room, ...lotteryForm });
    const people = [await ownWorld.person(), await ownWorld.person()];
    for (const { client } of people) await client.lottery.enter.mutate({ id });
    await own.redis.kill();
    for (const { client } of people) {
      expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "already_entered" });
    }
    await waitFor(async () => (await own.client().lottery.get.query({ id })).entries === 2);
    await ownWorld[Symbol.asyncDispose]();
  }, 60_000);
});
