import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { failureOf } from "../../testing/api-client.ts";
import { type OpsWorld, startOpsWorld } from "../../testing/ops-world.ts";
import type { Person } from "../../testing/room-world.ts";

let world: OpsWorld;
let operator: Person;
let room: string;

beforeAll(async () => {
  world = await startOpsWorld();
  operator = await world.administrator();
  room = await world.room(operator);
}, 60_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const set = (key: string, value: unknown, expectedRevision?: number) =>
  operator.client.ops.config.set.mutate({
    key,
    value,
    ...(expectedRevision === undefined ? {} : { expectedRevision }),
  });
const codeOf = async (call: Promise<unknown>) => (await failureOf(call)).code;

const command = (args: readonly string[], env?: Readonly<Record<string, string>>) =>
  world.command("apps/api/src/config-command/main.ts", args, env);

describe("ops.config", () => {
  test("other users see and change nothing", async () => {
    const { client } = await world.person();
    expect(await codeOf(client.ops.config.list.query())).toBe("administrator_required");
    expect(await codeOf(client.ops.config.set.mutate({ key: "features.gifts", value: false }))).toBe(
      "administrator_required",
    );
    expect(await codeOf(world.api.client().ops.config.history.query({ key: "features.gifts" }))).toBe(
      "unauthenticated",
    );
  });

  test("an administrator sees every setting with its meaning, and changes, history and rollback with who did it", async () => {
    const { settings } = await operator.client.ops.config.list.query();
    expect(settings.find(({ key }) => key === "limiter.desktopPerSecond")).toMatchObject({
      default: 40,
      value: 40,
      unit: "danmaku per second",
      env: "BUDGET_DESKTOP",
      schema: { type: "integer", minimum: 1, maximum: 1_000 },
      change: null,
    });
    const first = await set("limiter.desktopPerSecond", 60, 0);
    expect(first).toMatchObject({ value: 60, by: { id: operator.id, name: operator.name }, fault: null });
    expect(await codeOf(set("limiter.desktopPerSecond", 70, 0))).toBe("setting_conflict");
    await set("limiter.desktopPerSecond", 70, first.revision);
    const back = await operator.client.ops.config.rollback.mutate({ key: "limiter.desktopPerSecond" });
    expect(back.value).toBe(60);
    const history = await operator.client.ops.config.history.query({ key: "limiter.desktopPerSecond" });
    expect(history.map(({ value }) => value)).toEqual([60, 70, 60]);
    await waitFor(async () => {
      const now = await operator.client.ops.config.list.query();
      return now.settings.find(({ key }) => key === "limiter.desktopPerSecond")?.value === 60;
    });
  });

  test("bad values and unknown settings are refused with what is wrong", async () => {
    expect(await failureOf(set("limiter.desktopPerSecond", 0))).toMatchObject({
      code: "input_invalid",
      issues: [{ path: "limiter.desktopPerSecond", message: expect.any(String) }],
    });
    expect(await codeOf(set("limiter.nothing", 1))).toBe("setting_unknown");
    expect(await codeOf(operator.client.ops.config.history.query({ key: "__proto__" }))).toBe(
      "setting_unknown",
    );
  });

  test("what is switched off is refused with a code of its own on every node, and on again works", async () => {
    await using another = await world.api.startAnotherNode();
    const { client, token } = await world.person();
    const elsewhere = another.client({ token });
    for (const key of ["features.registration", "features.rooms", "features.lotteries", "features.gifts"])
      await set(key, false);
    const prizes = [{ name: "Star", count: 1 }];
    const refused = [
      () => another.client().users.register.mutate({ name: "too_late", password: "a good password" }),
      () => elsewhere.rooms.create.mutate({ title: "Too late" }),
      () => operator.client.lottery.create.mutate({ room, title: "Too late", prizes, closesInMs: null }),
      () => client.messages.gift.mutate({ room, key: world.key(), gift: "star", count: 1 }),
    ];
    for (const call of refused) {
      await waitFor(async () => (await codeOf(call())) === "feature_disabled");
    }
    await client.messages.send.mutate({ room, key: world.key(), text: "danmaku go on" });
    await set("features.gifts", true);
    await waitFor(() => client.messages.gift.mutate({ room, key: world.key(), gift: "star", count: 1 }));
    for (const key of ["features.registration", "features.rooms", "features.lotteries"]) await set(key, null);
    await waitFor(() => elsewhere.rooms.create.mutate({ title: "In time" }));
  }, 30_000);

  test("blocked words hold in every room, for hosts too, and limits of messages change while people write", async () => {
    await set("moderation.blockedWords", ["Forbidden"]);
    const send = (text: string) => operator.client.messages.send.mutate({ room, key: world.key(), text });
    await waitFor(async () => (await codeOf(send("quite f o r b i d d e n"))) === "word_blocked");
    await set("moderation.blockedWords", null);
    await set("messages.burst", 50);
    const { client } = await world.person();
    await waitFor(async () => {
      const { settings } = await operator.client.ops.config.list.query();
      return settings.find(({ key }) => key === "messages.burst")?.value === 50;
    });
    for (let nth = 0; nth < 10; nth++)
      await client.messages.send.mutate({ room, key: world.key(), text: `quick ${nth}` });
    await set("messages.burst", null);
  }, 30_000);
});

describe("bun run config", () => {
  test("changes a setting, shows it, its history and its author, and takes it back", async () => {
    expect(await command(["set", "realtime.tickMsMax=50", "features.replays=off"])).toMatchObject({
      code: 0,
    });
    const { said } = await command(["get", "realtime.tickMsMax"]);
    expect(said).toContain("realtime.tickMsMax = 50 milliseconds");
    expect(said).toContain("default 25, or what TICK_MS_MAX says");
    expect((await command(["history", "realtime.tickMsMax"])).said).toMatch(
      /revision \d+, .*operator .*: 50/,
    );
    expect((await command(["rollback", "realtime.tickMsMax"])).said).toContain("the default");
    expect((await command(["list"])).said).toContain("features.replays = off");
    expect((await command(["reset", "features.replays"])).said).toContain("the default");
  }, 30_000);

  test("says what is wrong, and writes nothing when one of several values is bad", async () => {
    const two = await command(["set", "messages.burst=5", "limiter.smallPerSecond=none"]);
    expect(two).toMatchObject({ code: 1, complained: expect.stringContaining("limiter.smallPerSecond:") });
    expect((await command(["history", "limiter.smallPerSecond"])).said).toBe("");
    expect((await command(["get", "messages.burst"])).said).toContain("messages.burst = 3");
    expect(await command(["set", "messages.burst=5", "--expect", "0"])).toMatchObject({
      code: 1,
      complained: expect.stringContaining("meanwhile"),
    });
    expect(await command(["set", "messages.burst", "5"])).toMatchObject({
      code: 64,
      complained: expect.stringContaining("did you mean messages.burst=5?"),
    });
    expect(await command(["get", "limiter.nothing"])).toMatchObject({
      code: 64,
      complained: expect.stringContaining("limiter.nothing"),
    });
    expect(await command(["list"], { NATS_URL: "nats://127.0.0.1:1" })).toMatchObject({
      code: 69,
      complained: expect.stringContaining("NATS can't be reached"),
    });
  }, 60_000);
});
