import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { busTopics, connectNats, createBus, createLogger } from "@barrage/platform";
import { waitFor } from "@barrage/testkit";
import { failureOf } from "../../testing/api-client.ts";
import { type OpsWorld, startOpsWorld } from "../../testing/ops-world.ts";
import type { Person } from "../../testing/room-world.ts";
import type { TestApi } from "../../testing/start-test-api.ts";

let world: OpsWorld;
let api: TestApi;
let admin: Person;
beforeAll(async () => {
  world = await startOpsWorld();
  ({ api } = world);
  admin = await world.administrator();
}, 60_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const password = "a good password";

describe("people", () => {
  test("a suspended user is out on every node, hears why, and comes in again once it is lifted", async () => {
    await using second = await api.startAnotherNode();
    const logger = createLogger({ name: "test", level: "silent" });
    const link = await connectNats({ url: api.nats.url, name: "test", logger });
    const ended: string[] = [];
    const bus = createBus({ link, logger });
    bus.listen(busTopics.authRevoked, (revoked) => {
      if ("sessionIds" in revoked) ended.push(...revoked.sessionIds);
    });
    const person = await world.person();
    const there = second.client({ token: person.token });
    expect(await there.users.me.query()).toMatchObject({ id: person.id });

    const suspended = await admin.client.ops.suspend.mutate({
      userId: person.id,
      reason: "spam",
      minutes: 60,
    });
    expect(suspended).toMatchObject({
      id: person.id,
      suspension: { reason: "spam", by: { id: admin.id, name: admin.name } },
    });
    const { sinceMs = 0, untilMs } = suspended.suspension ?? {};
    expect((untilMs ?? 0) - sinceMs).toBe(3_600_000);
    expect(await person.client.users.me.query()).toBeNull();
    await waitFor(async () => (await there.users.me.query()) === null);
    // What realtime nodes end the streams by.
    await waitFor(() => ended.length === 1);
    const login = { name: person.name, password };
    const refused = await failureOf(api.client().users.login.mutate(login));
    expect(refused).toMatchObject({ code: "account_suspended", status: 403 });
    expect(refused.retryAfterMs).toBeGreaterThan(3_000_000);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(3_600_000);
    // Only who knows the password is told.
    const wrong = { ...login, password: "not the password" };
    expect(await failureOf(api.client().users.login.mutate(wrong))).toMatchObject({
      code: "credentials_invalid",
    });

    const again = await admin.client.ops.suspend.mutate({
      userId: person.id,
      reason: "other",
      minutes: null,
    });
    expect(again.suspension).toMatchObject({ reason: "other", untilMs: null });
    expect((await failureOf(api.client().users.login.mutate(login))).retryAfterMs).toBeUndefined();
    const found = await admin.client.ops.users.query({ isSuspended: true });
    expect(found.map(({ id }) => id)).toEqual([person.id]);
    await admin.client.ops.unsuspend.mutate({ userId: person.id });
    expect((await api.client().users.login.mutate(login)).user.id).toBe(person.id);
    // Who did what when is kept, and only administrators read it.
    const history = await admin.client.ops.suspensions.query({ userId: person.id });
    const by = { id: admin.id, name: admin.name };
    expect(history).toMatchObject([
      { reason: "other", by, untilMs: null, lifted: { by } },
      { reason: "spam", by, lifted: { by } },
    ]);
    await link.close();
  }, 60_000);

  test("a log-in that came in all the same opens nothing, and a suspension that ran out is none", async () => {
    const person = await world.person();
    await admin.client.ops.suspend.mutate({ userId: person.id, reason: "spam", minutes: 1 });
    const hash = new Bun.CryptoHasher("sha256").update(person.token).digest("hex");
    await api.sql`insert into auth_sessions (id, user_id, idle_expires_at, expires_at)
      values (${hash}, ${person.id}, now() + interval '1 day', now() + interval '1 day')`;
    expect(await api.client({ token: person.token }).users.me.query()).toBeNull();
    await api.sql`update user_suspensions set until = now() where user_id = ${person.id}`;
    expect(await api.client({ token: person.token }).users.me.query()).toMatchObject({ id: person.id });
    const login = { name: person.name, password };
    expect((await api.client().users.login.mutate(login)).user.id).toBe(person.id);
    const [found] = await admin.client.ops.users.query({ prefix: person.name });
    expect(found).toMatchObject({ id: person.id, suspension: null });
  });

  test("whoever is suspended while live is live no more, and viewers are told", async () => {
    const host = await world.person();
    const room = await world.room(host);
    await admin.client.ops.suspend.mutate({ userId: host.id, reason: "spam", minutes: 60 });
    expect(await api.client().rooms.get.query({ id: room })).toMatchObject({ status: "idle" });
    const ends = (await world.events(room)).filter(({ type }) => type === "room.ended");
    expect(ends).toMatchObject([{ by: { id: host.id } }]);
    // Suspending again finds no session to end.
    const again = { userId: host.id, reason: "more spam", minutes: null };
    expect((await admin.client.ops.suspend.mutate(again)).suspension).toMatchObject({ reason: "more spam" });
  });

  test("of many suspensions at once one is in force, and log-ins meanwhile are all out", async () => {
    const person = await world.person();
    const login = { name: person.name, password };
    const logins = Array.from({ length: 4 }, async () => {
      const answered = await api
        .client()
        .users.login.mutate(login)
        .catch(() => null);
      return answered?.token ?? "";
    });
    const reasons = ["a", "b", "c", "d"];
    await Promise.all(
      reasons.map((reason) => admin.client.ops.suspend.mutate({ userId: person.id, reason, minutes: null })),
    );
    for (const token of await Promise.all(logins)) {
      await waitFor(async () => (await api.client({ token }).users.me.query()) === null);
    }
    const history = await admin.client.ops.suspensions.query({ userId: person.id });
    expect(history.map(({ reason }) => reason).toSorted()).toEqual(reasons);
    expect(history.filter(({ lifted }) => lifted === null)).toHaveLength(1);
  });

  test("a name is found by its beginning, whatever its capitals, and signs in it are no patterns", async () => {
    const person = await world.person();
    const ids = async (prefix: string) =>
      (await admin.client.ops.users.query({ prefix })).map(({ id }) => id);
    expect(await ids(person.name.slice(0, -1).toUpperCase())).toContain(person.id);
    expect(await ids(person.name.replace("_", "%"))).toEqual([]);
    expect(await ids(`_${person.name.slice(1)}`)).toEqual([]);
  });

  test("nobody is found, an administrator is not suspended, and others may do none of it", async () => {
    const { ops } = admin.client;
    const nobody = { userId: "nobody00000000000000", reason: "x", minutes: null };
    expect(await failureOf(ops.suspend.mutate(nobody))).toMatchObject({ code: "user_not_found" });
    expect(await failureOf(ops.unsuspend.mutate(nobody))).toMatchObject({ code: "user_not_found" });
    expect(await failureOf(ops.suspensions.query({ userId: nobody.userId }))).toMatchObject({
      code: "user_not_found",
    });
    const self = { userId: admin.id, reason: "x", minutes: null };
    expect(await failureOf(ops.suspend.mutate(self))).toMatchObject({ code: "forbidden" });
    expect(await admin.client.users.me.query()).toMatchObject({ id: admin.id });

    const other = await world.person();
    const theirs = other.client.ops;
    const refused = { code: "administrator_required", status: 403 };
    expect(await failureOf(theirs.suspensions.query({ userId: other.id }))).toMatchObject(refused);
    expect(await failureOf(theirs.users.query({}))).toMatchObject(refused);
    expect(
      await failureOf(theirs.suspend.mutate({ userId: admin.id, reason: "x", minutes: null })),
    ).toMatchObject(refused);
    expect(await failureOf(theirs.unsuspend.mutate({ userId: admin.id }))).toMatchObject(refused);
  });
});
