import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { errorTable } from "@barrage/protocol";
import { failureOf } from "../../testing/api-client.ts";
import { createRoomWorld, type Person, type RoomWorld } from "../../testing/room-world.ts";
import { startTestApi, type TestApi } from "../../testing/start-test-api.ts";

let api: TestApi;
let world: RoomWorld;

beforeAll(async () => {
  api = await startTestApi();
  world = await createRoomWorld(api);
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const form = { title: "A star for you", prizes: [{ name: "Star", count: 1 }], closesInMs: null };

async function hostWithRoom() {
  const host = await world.person();
  return { host, room: await world.room(host) };
}

async function openLottery(more: object = {}) {
  const { host, room } = await hostWithRoom();
  const lottery = await host.client.lottery.create.mutate({ room, ...form, ...more });
  return { host, room, id: lottery.id, lottery };
}

/** Moves a lottery in time. */
async function shift(id: string, columns: { opensInMs?: number; closesInMs?: number }): Promise<void> {
  const at = (ms: number) => new Date(Date.now() + ms);
  if (columns.opensInMs !== undefined) {
    await api.sql`update lotteries set opens_at = ${at(columns.opensInMs)} where id = ${id}`;
  }
  if (columns.closesInMs !== undefined) {
    await api.sql`update lotteries set closes_at = ${at(columns.closesInMs)} where id = ${id}`;
  }
}

async function rowsOf(id: string): Promise<{ user_id: string; withdrawn: boolean }[]> {
  return api.sql`select user_id, withdrawn_at is not null as withdrawn from lottery_entries where lottery_id = ${id}`;
}

const refusal = async (call: Promise<unknown>) => {
  const { code, message, status, issues } = await failureOf(call);
  expect(message).toBe(errorTable[code].message);
  return { code, status, ...(issues === undefined ? {} : { issues }) };
};

describe("a lottery", () => {
  test("is created by the host with its commitment published, and everybody sees it", async () => {
    const { room, id, lottery } = await openLottery({
      prizes: [
        { name: "Gold", count: 1 },
        { name: "Silver", count: 2 },
      ],
      closesInMs: 60_000,
    });
    expect(lottery).toMatchObject({ room, state: "open", entries: 0, root: null });
    expect((lottery.closesAtMs ?? 0) - lottery.opensAtMs).toBe(60_000);
    expect(lottery.commit).toMatch(/^[0-9a-f]{64}$/);
    expect(lottery.trust).toMatchObject({ level: "commit", beaconRound: null });
    expect(lottery.prizes.map(({ name, count }) => [name, count])).toEqual([
      ["Gold", 1],
      ["Silver", 2],
    ]);
    expect(await api.client().lottery.get.query({ id })).toEqual({ ...lottery, me: null });
    const listed = await api.client().lottery.listByRoom.query({ room });
    expect(listed).toEqual({ items: [{ ...lottery, me: null }], nextCursor: null });
    const opened = (await world.events(room)).filter(({ type }) => type === "lottery.opened");
    expect(opened).toHaveLength(1);
    expect(opened[0]?.data).toMatchObject({ lottery: { id, commit: lottery.commit, trust: "commit" } });
  });

  test("never shows its seed before the result, wherever one looks", async () => {
    const { host, room, id } = await openLottery();
    const seeds: { seed: Uint8Array }[] =
      await api.sql`select seed from lottery_seeds where lottery_id = ${id}`;
    const seed = Buffer.from(seeds[0]?.seed ?? []).toString("hex");
    expect(seed).toMatch(/^[0-9a-f]{64}$/);
    const { client } = host;
    const shown = [
      await client.lottery.get.query({ id }),
      await client.lottery.listByRoom.query({ room }),
      await client.lottery.audit.query({ id }),
      await world.events(room),
    ];
    expect(JSON.stringify(shown)).not.toContain(seed);
    expect((await failureOf(client.lottery.record.query({ id }))).code).toBe("lottery_not_drawn");
  });

  test("may be created by a moderator, and several of a room may be open", async () => {
    const { host, room } = await hostWithRoom();
    const helper = await world.person();
    await host.client.rooms.setModerator.mutate({ id: room, userName: helper.name, moderator: true });
    await helper.client.lottery.create.mutate({ room, ...form });
    await host.client.lottery.create.mutate({ room, ...form });
    expect((await helper.client.lottery.listByRoom.query({ room })).items).toHaveLength(2);
  });

  test("can be changed until the first entry, also a withdrawn one, and by nobody after it", async () => {
    const { host, room, id } = await openLottery();
    const change = { id, title: "Two stars", prizes: [{ name: "Star", count: 2 }] };
    expect(await host.client.lottery.update.mutate(change)).toMatchObject({ title: "Two stars" });
    const opened = (await world.events(room)).filter(({ type }) => type === "lottery.opened");
    expect(opened.at(-1)?.data).toMatchObject({ lottery: { title: "Two stars" } });
    const viewer = await world.person();
    await viewer.client.lottery.enter.mutate({ id });
    await viewer.client.lottery.withdraw.mutate({ id });
    expect(await refusal(host.client.lottery.update.mutate(change))).toMatchObject({
      code: "lottery_locked",
    });
  });

  test("that was changed while somebody entered judges them by its new rules", async () => {
    const { host, id } = await openLottery();
    const viewer = await world.person();
    // The node remembers the old rules for a second.
    await viewer.client.lottery.get.query({ id });
    await host.client.lottery.update.mutate({ id, conditions: { followHost: true } });
    expect(await refusal(viewer.client.lottery.enter.mutate({ id }))).toMatchObject({
      code: "lottery_follow_required",
    });
    expect(await rowsOf(id)).toEqual([]);
  });

  test("cancelled stays readable with its reason, and keeps a public record of who did what", async () => {
    const { host, room, id } = await openLottery();
    await host.client.lottery.cancel.mutate({ id, reason: "The star fell down" });
    const anyone = api.client();
    expect(await anyone.lottery.get.query({ id })).toMatchObject({
      state: "cancelled",
      cancelReason: "The star fell down",
    });
    const record = await anyone.lottery.audit.query({ id });
    expect(record.map(({ action }) => action)).toEqual(["created", "cancelled"]);
    expect(record[1]).toMatchObject({
      by: { id: host.id, name: host.name, role: "host" },
      detail: { reason: "The star fell down" },
    });
    expect((await world.events(room)).at(-1)).toMatchObject({
      type: "lottery.cancelled",
      data: { id, reason: "The star fell down" },
    });
    for (const action of ["close", "cancel"] as const) {
      const input = { id, reason: "again" };
      expect(await refusal(host.client.lottery[action].mutate(input))).toMatchObject({
        code: "lottery_cancelled",
      });
    }
  });

  test("keeps a record that nobody can rewrite, not even in SQL", async () => {
    const { id } = await openLottery();
    for (const attempt of [
      () => api.sql`update lottery_audit set action = 'drawn' where lottery_id = ${id}`,
      () => api.sql`delete from lottery_audit where lottery_id = ${id}`,
      () => api.sql`truncate lottery_audit`,
      () => api.sql`delete from lottery_winners`,
    ]) {
      expect((async () => await attempt())()).rejects.toThrow(/append-only/);
    }
  });

  test("lists read on from where they stopped", async () => {
    const { host, room } = await hostWithRoom();
    const viewer = await world.person();
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) {
      const { id } = await host.client.lottery.create.mutate({ room, ...form });
      await viewer.client.lottery.enter.mutate({ id });
      ids.unshift(id);
    }
    const first = await viewer.client.lottery.listByRoom.query({ room, limit: 3 });
    const cursor = first.nextCursor ?? "";
    const second = await viewer.client.lottery.listByRoom.query({ room, limit: 3, cursor });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    const mine = await viewer.client.lottery.mine.query({ limit: 4 });
    expect(mine.items.map(({ id }) => id)).toEqual(ids.slice(0, 4));
    expect(mine.items.every(({ me }) => me?.entered)).toBe(true);
    expect(await host.client.lottery.mine.query({})).toEqual({ items: [], nextCursor: null });
  });
});

describe("creating is refused", () => {
  const prize = (count: number) => ({ prizes: [{ name: "Star", count }] });
  const bad: readonly (readonly [string, object, string])[] = [
    ["a close in the past", { closesInMs: -1 }, "closesInMs"],
    ["a close in less than 10 seconds", { closesInMs: 9_999 }, "closesInMs"],
    ["a close after more than 24 hours", { closesInMs: 86_400_001 }, "closesInMs"],
    ["no prize", { prizes: [] }, "prizes"],
    ["a prize of which there are 0", prize(0), "prizes.0.count"],
    ["1,001 prizes", { prizes: [...prize(500).prizes, ...prize(501).prizes] }, "prizes"],
    ["no title", { title: "  " }, "title"],
    ["a phrase that nobody could send", { conditions: { phrase: "\u202e" } }, "conditions.phrase"],
  ];
  for (const [what, fault, path] of bad) {
    test(`with ${what}, in a sentence of its own`, async () => {
      const { host, room } = await hostWithRoom();
      const failure = await failureOf(host.client.lottery.create.mutate({ room, ...form, ...fault }));
      expect(failure).toMatchObject({ code: "input_invalid", status: 400 });
      expect(failure.issues?.map((issue) => issue.path)).toEqual([path]);
      expect(failure.issues?.[0]?.message.length).toBeGreaterThan(10);
      expect((await host.client.lottery.listByRoom.query({ room })).items).toEqual([]);
    });
  }

  test("in a room that is not live, in somebody else's room, and in none", async () => {
    const { host, room } = await hostWithRoom();
    const idle = await world.room(host, { live: false });
    const stranger = await world.person();
    const create = (person: Person, in_: string) =>
      refusal(person.client.lottery.create.mutate({ room: in_, ...form }));
    expect(await create(host, idle)).toMatchObject({ code: "room_not_live" });
    expect(await create(stranger, room)).toMatchObject({ code: "forbidden" });
    expect(await create(stranger, "0".repeat(25))).toMatchObject({ code: "room_not_found" });
    expect(await refusal(api.client().lottery.create.mutate({ room, ...form }))).toMatchObject({
      code: "unauthenticated",
    });
  });

  test("while ten others of the room have no result", async () => {
    const { host, room } = await hostWithRoom();
    for (let count = 0; count < 10; count++) await host.client.lottery.create.mutate({ room, ...form });
    expect(await refusal(host.client.lottery.create.mutate({ room, ...form }))).toMatchObject({
      code: "limit_reached",
    });
  });
});

describe("changing somebody else's lottery is refused", () => {
  test("to viewers and hosts of other rooms, and changes nothing", async () => {
    const { id, lottery } = await openLottery();
    const { host: stranger } = await hostWithRoom();
    const { lottery: procedures } = stranger.client;
    for (const attempt of [
      procedures.update.mutate({ id, title: "Mine" }),
      procedures.close.mutate({ id }),
      procedures.cancel.mutate({ id, reason: "no" }),
    ]) {
      expect(await refusal(attempt)).toMatchObject({ code: "forbidden", status: 403 });
    }
    expect(await api.client().lottery.get.query({ id })).toEqual({ ...lottery, me: null });
    const unknown = "0".repeat(25);
    expect(await refusal(procedures.close.mutate({ id: unknown }))).toMatchObject({
      code: "lottery_not_found",
    });
  });
});

describe("entering", () => {
  test("counts a user once, however often and on however many nodes they do it", async () => {
    const { id } = await openLottery();
    const viewer = await world.person();
    await using other = await api.startAnotherNode();
    const clients = [viewer.client, other.client({ token: viewer.token })];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => clients[index % 2]?.lottery.enter.mutate({ id })),
    );
    expect(answers.every((answer) => answer?.entered)).toBe(true);
    expect(await rowsOf(id)).toHaveLength(1);
    const again = await viewer.client.lottery.enter.mutate({ id });
    expect(again).toMatchObject({ entered: true, code: "already_entered", entries: 1 });
    const { me } = await viewer.client.lottery.get.query({ id });
    expect(me).toEqual({ entered: true, eligible: true, lacks: [], won: null });
  });

  test("and withdrawing can be repeated, and coming back is entering again", async () => {
    const { id } = await openLottery();
    const { client } = await world.person();
    expect(await client.lottery.withdraw.mutate({ id })).toMatchObject({ entered: false });
    expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
    expect(await client.lottery.withdraw.mutate({ id })).toMatchObject({ entered: false });
    expect(await client.lottery.withdraw.mutate({ id })).toMatchObject({ entered: false });
    expect((await rowsOf(id)).map(({ withdrawn }) => withdrawn)).toEqual([true]);
    expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
    expect((await rowsOf(id)).map(({ withdrawn }) => withdrawn)).toEqual([false]);
  });

  test("is refused before the opening", async () => {
    const { host, room } = await hostWithRoom();
    const { id } = await host.client.lottery.create.mutate({ room, ...form, opensInMs: 60_000 });
    const { client } = await world.person();
    expect(await refusal(client.lottery.enter.mutate({ id }))).toEqual({
      code: "lottery_not_open",
      status: 409,
    });
    expect((await world.events(room)).some(({ type }) => type === "lottery.opened")).toBe(false);
    await shift(id, { opensInMs: -1 });
    expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
  });

  test("and withdrawing are refused after the close, by Postgres' clock alone", async () => {
    const { id } = await openLottery();
    const [early, late] = [await world.person(), await world.person()];
    await early.client.lottery.enter.mutate({ id });
    await shift(id, { closesInMs: -1 });
    expect(await refusal(late.client.lottery.enter.mutate({ id }))).toEqual({
      code: "lottery_closed",
      status: 409,
    });
    expect(await refusal(early.client.lottery.withdraw.mutate({ id }))).toMatchObject({
      code: "lottery_closed",
    });
    expect(await rowsOf(id)).toEqual([{ user_id: early.id, withdrawn: false }]);
    expect(await late.client.lottery.get.query({ id })).toMatchObject({ state: "closed" });
  });

  test("is refused once the host closed by hand, or cancelled", async () => {
    const { host, room, id } = await openLottery();
    const { client } = await world.person();
    await client.lottery.get.query({ id });
    expect(await host.client.lottery.close.mutate({ id })).toMatchObject({ state: "closed" });
    expect(await refusal(client.lottery.enter.mutate({ id }))).toMatchObject({ code: "lottery_closed" });
    expect(await refusal(host.client.lottery.close.mutate({ id }))).toMatchObject({ code: "lottery_closed" });
    expect(await refusal(host.client.lottery.cancel.mutate({ id, reason: "late" }))).toMatchObject({
      code: "lottery_closed",
    });
    const other = await host.client.lottery.create.mutate({ room, ...form });
    await host.client.lottery.cancel.mutate({ id: other.id, reason: "no star" });
    expect(await refusal(client.lottery.enter.mutate({ id: other.id }))).toMatchObject({
      code: "lottery_cancelled",
    });
  });

  test("is refused to the host, to moderators, to the banned, and to nobody in particular", async () => {
    const { host, room, id } = await openLottery();
    const [helper, banned] = [await world.person(), await world.person()];
    await host.client.rooms.setModerator.mutate({ id: room, userName: helper.name, moderator: true });
    await host.client.rooms.ban.mutate({ id: room, userId: banned.id, minutes: null });
    const enter = ({ client }: Pick<Person, "client">) => refusal(client.lottery.enter.mutate({ id }));
    expect(await enter(host)).toMatchObject({ code: "lottery_host_excluded", status: 403 });
    expect(await enter(helper)).toMatchObject({ code: "lottery_host_excluded" });
    expect(await enter(banned)).toMatchObject({ code: "user_banned" });
    expect(await enter({ client: api.client() })).toMatchObject({ code: "unauthenticated" });
    expect(await rowsOf(id)).toEqual([]);
    expect((await host.client.lottery.get.query({ id })).me).toMatchObject({ eligible: false, lacks: [] });
  });

  test("is refused in a lottery that does not exist", async () => {
    const { client } = await world.person();
    const id = "0".repeat(25);
    expect(await refusal(client.lottery.enter.mutate({ id }))).toMatchObject({ code: "lottery_not_found" });
    expect(await refusal(client.lottery.get.query({ id }))).toMatchObject({ code: "lottery_not_found" });
  });

  test("goes on while Redis is empty or gone, and nobody is in twice", async () => {
    await using own = await startTestApi();
    const ownWorld = await createRoomWorld(own);
    const host = await ownWorld.person();
    const room = await ownWorld.room(host);
    const { id } = await host.client.lottery.create.mutate({ room, ...form });
    const people = [await ownWorld.person(), await ownWorld.person()];
    for (const { client } of people) await client.lottery.enter.mutate({ id });
    await own.redis.kill();
    for (const { client } of people) {
      expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "already_entered" });
    }
    expect(await own.client().lottery.get.query({ id })).toMatchObject({ entries: 2 });
    await ownWorld[Symbol.asyncDispose]();
  }, 60_000);
});

describe("a condition that is not met has its own code and sentence:", () => {
  test("following the host", async () => {
    const { host, id } = await openLottery({ conditions: { followHost: true } });
    const { client } = await world.person();
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
    const { id } = await openLottery({ conditions: { accountAgeDays: 2 } });
    const viewer = await world.person();
    expect(await refusal(viewer.client.lottery.enter.mutate({ id }))).toMatchObject({
      code: "lottery_account_too_young",
    });
    await api.sql`update users set created_at = now() - interval '49 hours' where id = ${viewer.id}`;
    expect(await viewer.client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
  });

  test("the time watched, which no number of heartbeats makes pass faster", async () => {
    const { room, id } = await openLottery({ conditions: { watchedSeconds: 60 } });
    const viewer = await world.person();
    const beat = async () => (await viewer.client.lottery.watching.mutate({ room })).watchedSeconds;
    const lastHeard = (ago: string) =>
      api.sql`update watch_times set heard_at = now() - ${ago}::interval where user_id = ${viewer.id}`;
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
    const { id } = await openLottery({ conditions: { phrase: "  Star   light " } });
    const { client } = await world.person();
    expect(await refusal(client.lottery.enter.mutate({ id }))).toMatchObject({
      code: "lottery_phrase_required",
      issues: [{ path: "phrase", message: "Send “Star light” as a danmaku." }],
    });
  });

  test("not having won lately", async () => {
    const { room, id } = await openLottery({ conditions: { notWonWithinDays: 7 } });
    const viewer = await world.person();
    const winsAgo = (ago: string) => api.sql`
      insert into lottery_winners (lottery_id, prize_id, rank, room_id, entry_id, user_id, won_at)
      values (${id}, ${`prize${ago.replace(/\D/g, "")}`}, 1, ${room}, 'entry0001', ${viewer.id},
        now() - ${ago}::interval)`;
    await winsAgo("6 days");
    expect(await refusal(viewer.client.lottery.enter.mutate({ id }))).toMatchObject({
      code: "lottery_won_recently",
    });
    const other = await openLottery({ conditions: { notWonWithinDays: 7 } });
    expect(await viewer.client.lottery.enter.mutate({ id: other.id })).toMatchObject({ code: "entered" });
  });

  test("several at once are all told, the first one as the code", async () => {
    const { id } = await openLottery({ conditions: { followHost: true, accountAgeDays: 1 } });
    const { client } = await world.person();
    const failure = await refusal(client.lottery.enter.mutate({ id }));
    expect(failure.code).toBe("lottery_follow_required");
    expect(failure.issues?.map(({ path }) => path)).toEqual(["followHost", "accountAgeDays"]);
    const { me } = await client.lottery.get.query({ id });
    expect(me?.lacks.map(({ condition }) => condition)).toEqual(["followHost", "accountAgeDays"]);
  });
});

describe("a private room's lottery", () => {
  test("is for those who know the password", async () => {
    const host = await world.person();
    const { id: room } = await host.client.rooms.create.mutate({
      title: "Private",
      visibility: "private",
      password: "open sesame",
    });
    await host.client.rooms.start.mutate({ id: room });
    const { id } = await host.client.lottery.create.mutate({ room, ...form });
    const { client } = await world.person();
    const wrong = { code: "room_password_wrong", status: 403 } as const;
    expect(await refusal(client.lottery.get.query({ id }))).toEqual(wrong);
    expect(await refusal(client.lottery.enter.mutate({ id }))).toEqual(wrong);
    expect(await refusal(client.lottery.listByRoom.query({ room }))).toEqual(wrong);
    expect(await refusal(client.lottery.audit.query({ id }))).toEqual(wrong);
    await client.rooms.ticket.mutate({ id: room, password: "open sesame" });
    expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
  });
});
