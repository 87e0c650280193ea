import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type LotteryWorld, refusal, startLotteryWorld } from "../../testing/lottery-world.ts";

let lotteries: LotteryWorld;

beforeAll(async () => {
  lotteries = await startLotteryWorld();
}, 60_000);
afterAll(() => lotteries[Symbol.asyncDispose]());

describe("a condition that is not met has its own code and sentence:", () => {
  test("following the host", async () => {
    const { host, id } = await lotteries.open({ conditions: { followHost: true } });
    const { client } = await lotteries.world.person();
    expect(await refusal(client.lottery.enter.mutate({ id }))).toEqual({
      code: "lottery_follow_required",
      status: 403,
      issues: [{ path: "followHost", message: "Follow the host." }],
    });
    await client.users.follow.mutate({ userId: host.id });
    expect((await client.lottery.get.query({ id })).me).toMatchObject({ eligible: true, lacks: [] });
    expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
    // Judged when entering: who is in stays in.
    await client.users.unfollow.mutate({ userId: host.id });
    expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "already_entered" });
  });

  test("the account's age", async () => {
    const { id } = await lotteries.open({ conditions: { accountAgeDays: 2 } });
    const viewer = await lotteries.world.person();
    expect(await refusal(viewer.client.lottery.enter.mutate({ id }))).toMatchObject({
      code: "lottery_account_too_young",
    });
    await lotteries.api
      .sql`update users set created_at = now() - interval '49 hours' where id = ${viewer.id}`;
    expect(await viewer.client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
  });

  test("the time watched, which no number of heartbeats makes pass faster", async () => {
    const { room, id } = await lotteries.open({ conditions: { watchedSeconds: 60 } });
    const viewer = await lotteries.world.person();
    const beat = async () => (await viewer.client.lottery.watching.mutate({ room })).watchedSeconds;
    const lastHeard = (ago: string) =>
      lotteries.api
        .sql`update watch_times set heard_at = now() - ${ago}::interval where user_id = ${viewer.id}`;
    expect(await beat()).toBe(0);
    expect(await beat()).toBeLessThan(10);
    // A pause was not watched.
    await lastHeard("50 seconds");
    expect(await beat()).toBeLessThan(10);
    await lastHeard("40 seconds");
    expect(await beat()).toBeGreaterThanOrEqual(40);
    expect(await refusal(viewer.client.lottery.enter.mutate({ id }))).toMatchObject({
      code: "lottery_watch_required",
    });
    await lastHeard("30 seconds");
    expect(await beat()).toBeGreaterThanOrEqual(70);
    expect(await viewer.client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
  });

  test("the phrase, which only a danmaku can say", async () => {
    const { id } = await lotteries.open({ conditions: { phrase: "  Star   light " } });
    const { client } = await lotteries.world.person();
    expect(await refusal(client.lottery.enter.mutate({ id }))).toMatchObject({
      code: "lottery_phrase_required",
      issues: [{ path: "phrase", message: "Send “Star light” as a danmaku." }],
    });
  });

  test("not having won lately", async () => {
    const { room, id } = await lotteries.open({ conditions: { notWonWithinDays: 7 } });
    const viewer = await lotteries.world.person();
    const winsAgo = (ago: string) => lotteries.api.sql`
      insert into lottery_winners (lottery_id, prize_id, rank, room_id, entry_id, user_id, won_at)
      values (${id}, ${`prize${ago.replace(/\D/g, "")}`}, 1, ${room}, 'entry0001', ${viewer.id},
        now() - ${ago}::interval)`;
    await winsAgo("6 days");
    expect(await refusal(viewer.client.lottery.enter.mutate({ id }))).toMatchObject({
      code: "lottery_won_recently",
    });
    const other = await lotteries.open({ conditions: { notWonWithinDays: 7 } });
    expect(await viewer.client.lottery.enter.mutate({ id: other.id })).toMatchObject({ code: "entered" });
  });

  test("several at once are all told, the first one as the code", async () => {
    const { id } = await lotteries.open({ conditions: { followHost: true, accountAgeDays: 1 } });
    const { client } = await lotteries.world.person();
    const failure = await refusal(client.lottery.enter.mutate({ id }));
    expect(failure.code).toBe("lottery_follow_required");
    expect(failure.issues?.map(({ path }) => path)).toEqual(["followHost", "accountAgeDays"]);
    const { me } = await client.lottery.get.query({ id });
    expect(me?.lacks.map(({ condition }) => condition)).toEqual(["followHost", "accountAgeDays"]);
  });
});
