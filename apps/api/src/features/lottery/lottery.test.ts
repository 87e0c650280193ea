import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failureOf } from "../../testing/api-client.ts";
import { type LotteryWorld, lotteryForm, refusal, startLotteryWorld } from "../../testing/lottery-world.ts";
import { type Person } from "../../testing/room-world.ts";

let lotteries: LotteryWorld;

beforeAll(async () => {
  lotteries = await startLotteryWorld();
}, 60_000);
afterAll(() => lotteries[Symbol.asyncDispose]());

describe("a lottery", () => {
  test("is created by the host with its commitment published, and everybody sees it", async () => {
    const { host, room, id } = await lotteries.open({
      prizes: [
        { name: "Gold", count: 1 },
        { name: "Silver", count: 2 },
      ],
      closesInMs: 60_000,
    });
    const lottery = { ...(await host.client.lottery.get.query({ id })), me: null };
    expect(lottery).toMatchObject({ room, state: "open", entries: 0, root: null });
    expect((lottery.closesAtMs ?? 0) - lottery.opensAtMs).toBe(60_000);
    expect(lottery.commit).toMatch(/^[0-9a-f]{64}$/);
    expect(lottery.trust).toMatchObject({ level: "commit", beaconRound: null });
    expect(lottery.prizes.map(({ name, count }) => [name, count])).toEqual([
      ["Gold", 1],
      ["Silver", 2],
    ]);
    expect(await lotteries.api.client().lottery.get.query({ id })).toEqual(lottery);
    const listed = await lotteries.api.client().lottery.listByRoom.query({ room });
    expect(listed).toEqual({ items: [lottery], nextCursor: null });
    const opened = (await lotteries.world.events(room)).filter(({ type }) => type === "lottery.opened");
    expect(opened).toHaveLength(1);
    expect(opened[0]?.data).toMatchObject({ lottery: { id, commit: lottery.commit, trust: "commit" } });
  });

  test("never shows its seed before the result, wherever one looks", async () => {
    const { host, room, id } = await lotteries.open();
    const seeds: { seed: Uint8Array }[] = await lotteries.api
      .sql`select seed from lottery_seeds where lottery_id = ${id}`;
    const seed = Buffer.from(seeds[0]?.seed ?? []).toString("hex");
    expect(seed).toMatch(/^[0-9a-f]{64}$/);
    const { client } = host;
    const shown = [
      await client.lottery.get.query({ id }),
      await client.lottery.listByRoom.query({ room }),
      await client.lottery.audit.query({ id }),
      await lotteries.world.events(room),
    ];
    expect(JSON.stringify(shown)).not.toContain(seed);
    expect((await failureOf(client.lottery.record.query({ id }))).code).toBe("lottery_not_drawn");
  });

  test("may be created by a moderator, and several of a room may be open", async () => {
    const { host, room } = await lotteries.hostWithRoom();
    const helper = await lotteries.world.person();
    await host.client.rooms.setModerator.mutate({ id: room, userName: helper.name, moderator: true });
    await helper.client.lottery.create.mutate({ room, ...lotteryForm });
    await host.client.lottery.create.mutate({ room, ...lotteryForm });
    expect((await helper.client.lottery.listByRoom.query({ room })).items).toHaveLength(2);
  });

  test("can be changed until the first entry, also a withdrawn one, and by nobody after it", async () => {
    const { host, room, id } = await lotteries.open();
    const change = { id, title: "Two stars", prizes: [{ name: "Star", count: 2 }] };
    expect(await host.client.lottery.update.mutate(change)).toMatchObject({ title: "Two stars" });
    const opened = (await lotteries.world.events(room)).filter(({ type }) => type === "lottery.opened");
    expect(opened.at(-1)?.data).toMatchObject({ lottery: { title: "Two stars" } });
    const viewer = await lotteries.world.person();
    await viewer.client.lottery.enter.mutate({ id });
    await viewer.client.lottery.withdraw.mutate({ id });
    expect(await refusal(host.client.lottery.update.mutate(change))).toMatchObject({
      code: "lottery_locked",
    });
  });

  test("that was changed while somebody entered judges them by its new rules", async () => {
    const { host, id } = await lotteries.open();
    const viewer = await lotteries.world.person();
    // The node remembers the old rules for a second.
    await viewer.client.lottery.get.query({ id });
    await host.client.lottery.update.mutate({ id, conditions: { followHost: true } });
    expect(await refusal(viewer.client.lottery.enter.mutate({ id }))).toMatchObject({
      code: "lottery_follow_required",
    });
    expect(await lotteries.rowsOf(id)).toEqual([]);
  });

  test("cancelled stays readable with its reason, and keeps a public record of who did what", async () => {
    const { host, room, id } = await lotteries.open();
    await host.client.lottery.cancel.mutate({ id, reason: "The star fell down" });
    const anyone = lotteries.api.client();
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
    expect((await lotteries.world.events(room)).at(-1)).toMatchObject({
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
    const { id } = await lotteries.open();
    for (const attempt of [
      () => lotteries.api.sql`update lottery_audit set action = 'drawn' where lottery_id = ${id}`,
      () => lotteries.api.sql`delete from lottery_audit where lottery_id = ${id}`,
      () => lotteries.api.sql`truncate lottery_audit`,
      () => lotteries.api.sql`delete from lottery_winners`,
    ]) {
      expect((async () => await attempt())()).rejects.toThrow(/append-only/);
    }
  });

  test("lists read on from where they stopped", async () => {
    const { host, room } = await lotteries.hostWithRoom();
    const viewer = await lotteries.world.person();
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) {
      const { id } = await host.client.lottery.create.mutate({ room, ...lotteryForm });
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
      const { host, room } = await lotteries.hostWithRoom();
      const failure = await failureOf(host.client.lottery.create.mutate({ room, ...lotteryForm, ...fault }));
      expect(failure).toMatchObject({ code: "input_invalid", status: 400 });
      expect(failure.issues?.map((issue) => issue.path)).toEqual([path]);
      expect(failure.issues?.[0]?.message.length).toBeGreaterThan(10);
      expect((await host.client.lottery.listByRoom.query({ room })).items).toEqual([]);
    });
  }

  test("in a room that is not live, in somebody else's room, and in none", async () => {
    const { host, room } = await lotteries.hostWithRoom();
    const idle = await lotteries.world.room(host, { live: false });
    const stranger = await lotteries.world.person();
    const create = (person: Person, in_: string) =>
      refusal(person.client.lottery.create.mutate({ room: in_, ...lotteryForm }));
    expect(await create(host, idle)).toMatchObject({ code: "room_not_live" });
    expect(await create(stranger, room)).toMatchObject({ code: "forbidden" });
    expect(await create(stranger, "0".repeat(25))).toMatchObject({ code: "room_not_found" });
    expect(
      await refusal(lotteries.api.client().lottery.create.mutate({ room, ...lotteryForm })),
    ).toMatchObject({
      code: "unauthenticated",
    });
  });

  test("while ten others of the room have no result", async () => {
    const { host, room } = await lotteries.hostWithRoom();
    for (let count = 0; count < 10; count++)
      await host.client.lottery.create.mutate({ room, ...lotteryForm });
    expect(await refusal(host.client.lottery.create.mutate({ room, ...lotteryForm }))).toMatchObject({
      code: "limit_reached",
    });
  });
});

describe("changing somebody else's lottery is refused", () => {
  test("to viewers and hosts of other rooms, and changes nothing", async () => {
    const { id } = await lotteries.open();
    const lottery = await lotteries.api.client().lottery.get.query({ id });
    const { host: stranger } = await lotteries.hostWithRoom();
    const { lottery: procedures } = stranger.client;
    for (const attempt of [
      procedures.update.mutate({ id, title: "Mine" }),
      procedures.close.mutate({ id }),
      procedures.cancel.mutate({ id, reason: "no" }),
    ]) {
      expect(await refusal(attempt)).toMatchObject({ code: "forbidden", status: 403 });
    }
    expect(await lotteries.api.client().lottery.get.query({ id })).toEqual(lottery);
    const unknown = "0".repeat(25);
    expect(await refusal(procedures.close.mutate({ id: unknown }))).toMatchObject({
      code: "lottery_not_found",
    });
  });
});

describe("a private room's lottery", () => {
  test("is for those who know the password", async () => {
    const host = await lotteries.world.person();
    const { id: room } = await host.client.rooms.create.mutate({
      title: "Private",
      visibility: "private",
      password: "open sesame",
    });
    await host.client.rooms.start.mutate({ id: room });
    const { id } = await host.client.lottery.create.mutate({ room, ...lotteryForm });
    const { client } = await lotteries.world.person();
    const wrong = { code: "room_password_wrong", status: 403 } as const;
    expect(await refusal(client.lottery.get.query({ id }))).toEqual(wrong);
    expect(await refusal(client.lottery.enter.mutate({ id }))).toEqual(wrong);
    expect(await refusal(client.lottery.listByRoom.query({ room }))).toEqual(wrong);
    expect(await refusal(client.lottery.audit.query({ id }))).toEqual(wrong);
    await client.rooms.ticket.mutate({ id: room, password: "open sesame" });
    expect(await client.lottery.enter.mutate({ id })).toMatchObject({ code: "entered" });
  });
});

describe("evidence", () => {
  test("is there when the pool is sealed, and each too early or missing one is refused in its own words", async () => {
    const { host, id } = await lotteries.open();
    const [entrant, stranger] = [await lotteries.world.person(), await lotteries.world.person()];
    await entrant.client.lottery.enter.mutate({ id });
    const proof = ({ client }: Person) => client.lottery.proof.query({ id });
    expect(await refusal(proof(entrant))).toMatchObject({ code: "lottery_not_closed" });
    await lotteries.api.sql`update lotteries set state = 'closed', closes_at = now(), closed_at = now(),
      sealed_at = now(), entry_count = 1, root = ${"00".repeat(32)} where id = ${id}`;
    expect(await refusal(proof(stranger))).toMatchObject({ code: "lottery_not_entered" });
    expect(await proof(entrant)).toMatchObject({ index: 0, count: 1, steps: [] });
    expect(await refusal(host.client.lottery.record.query({ id }))).toMatchObject({
      code: "lottery_not_drawn",
    });
  });
});
