import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failureOf } from "../../testing/api-client.ts";
import { createRoomWorld, type RoomWorld } from "../../testing/room-world.ts";
import { startTestApi, type TestApi } from "../../testing/start-test-api.ts";

let api: TestApi;
let world: RoomWorld;
beforeAll(async () => {
  api = await startTestApi();
  world = await createRoomWorld(api);
}, 60_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await api?.[Symbol.asyncDispose]();
});

const hook = { url: "https://receiver.example/hook", events: ["room.started" as const] };

describe("webhooks", () => {
  test("the secret is shown once, and a webhook is its owner's alone", async () => {
    const [owner, other] = [await world.person(), await world.person()];
    const made = await owner.client.webhooks.create.mutate(hook);
    expect(made.secret).toMatch(/^whsec_[\w-]{43}$/);
    const { secret: _, ...view } = made;
    expect(await owner.client.webhooks.list.query()).toEqual([view]);
    expect(await other.client.webhooks.list.query()).toEqual([]);
    const { id } = made;
    for (const call of [
      () => other.client.webhooks.delete.mutate({ id }),
      () => other.client.webhooks.deliveries.query({ id }),
      () => other.client.webhooks.resend.mutate({ id }),
    ]) {
      expect(await failureOf(call())).toMatchObject({ code: "not_found", status: 404 });
    }
    await owner.client.webhooks.delete.mutate({ id });
    expect(await owner.client.webhooks.list.query()).toEqual([]);
  });

  test("refuses addresses that no receiver has, unknown events, and an anonymous caller", async () => {
    const { client } = await world.person();
    const urls = [
      "",
      "nowhere",
      "ftp://a.example/",
      "file:///etc/passwd",
      "javascript:1",
      "https://me:pw@a.example/",
    ];
    for (const url of urls) {
      const failure = await failureOf(client.webhooks.create.mutate({ ...hook, url }));
      expect({ url, ...failure }).toMatchObject({ url, code: "input_invalid" });
    }
    expect(await failureOf(client.webhooks.create.mutate({ ...hook, events: [] }))).toMatchObject({
      code: "input_invalid",
    });
    expect(await failureOf(api.client().webhooks.list.query())).toMatchObject({ code: "unauthenticated" });
  });

  test("ten are enough, also when they are made all at once", async () => {
    const { client } = await world.person();
    const made = await Promise.allSettled(
      Array.from({ length: 14 }, () => client.webhooks.create.mutate(hook)),
    );
    expect(made.filter(({ status }) => status === "fulfilled").length).toBe(10);
    expect(await failureOf(client.webhooks.create.mutate(hook))).toMatchObject({
      code: "limit_reached",
      status: 409,
    });
  });

  test("the log shows what was sent and what was answered; a delivery can be sent again", async () => {
    const { client } = await world.person();
    const { id } = await client.webhooks.create.mutate(hook);
    await api.sql`insert into webhook_deliveries (id, webhook_id, cause, event, body, attempts, next_attempt_at, last_status)
      values ('delivery0001', ${id}, 'x-1', 'room.started', '{}', 8, null, 500)`;
    expect(await client.webhooks.deliveries.query({ id })).toMatchObject([
      { id: "delivery0001", state: "given_up", attempts: 8, lastStatus: 500, nextAttemptAtMs: null },
    ]);
    const again = await client.webhooks.resend.mutate({ id: "delivery0001" });
    expect(await client.webhooks.deliveries.query({ id, limit: 1 })).toMatchObject([
      { id: again.id, state: "waiting", attempts: 0, body: "{}" },
    ]);
  });
});
