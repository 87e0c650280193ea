import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failureOf } from "../../testing/api-client.ts";
import { startTestApi, type TestApi } from "../../testing/start-test-api.ts";

let api: TestApi;
let counter = 0;

beforeAll(async () => {
  api = await startTestApi();
}, 60_000);
afterAll(() => api[Symbol.asyncDispose]());

const password = "correct horse battery";
const newName = () => `User_${++counter}`;

async function registered() {
  const name = newName();
  const { user, token } = await api.client().users.register.mutate({ name, password });
  return { name, user, token: token ?? "", client: api.client({ token }) };
}

describe("registering", () => {
  test("gives a user and a token that is them from then on", async () => {
    const { name, user, client } = await registered();
    expect(user).toEqual({
      id: expect.stringMatching(/^[0-9a-z]{8,32}$/),
      name,
      createdAtMs: expect.any(Number),
      isAdministrator: false,
    });
    expect(Math.abs(Date.now() - user.createdAtMs)).toBeLessThan(60_000);
    expect(await client.users.me.query()).toEqual(user);
  });

  test("a name is taken whatever its capitals", async () => {
    const { name } = await registered();
    const again = api.client().users.register.mutate({ name: name.toUpperCase(), password });
    expect(await failureOf(again)).toMatchObject({ code: "name_taken", status: 409 });
  });

  test("of ten registrations of one name at once, one wins, and the others leave nothing behind", async () => {
    const name = newName();
    const attempts = Array.from({ length: 10 }, (_, index) =>
      // Clients of their own, so that the calls are not one batch.
      api.client().users.register.mutate({ name, password: `${password} ${index}` }),
    );
    const results = await Promise.allSettled(attempts);
    const won = results.flatMap((result, index) => (result.status === "fulfilled" ? [index] : []));
    expect(won).toHaveLength(1);
    const users = await api.sql`select id from users where lower(name) = ${name.toLowerCase()}`;
    expect(users).toHaveLength(1);
    const sessions = await api.sql`select id from auth_sessions where user_id = ${users[0].id}`;
    expect(sessions).toHaveLength(1);
    const login = await api.client().users.login.mutate({ name, password: `${password} ${won[0]}` });
    expect(login.token).toBeString();
  });

  test("a failed insert gives no token: user and log-in are both there, or neither is", async () => {
    const name = newName();
    await api.sql`alter table auth_sessions add constraint broken check (user_agent is distinct from 'breaks')`;
    const client = api.client({ headers: { "user-agent": "breaks" } });
    const failure = await failureOf(client.users.register.mutate({ name, password }));
    await api.sql`alter table auth_sessions drop constraint broken`;
    expect(failure).toMatchObject({ code: "internal", status: 500 });
    expect(failure.message).not.toContain("constraint");
    expect(await api.sql`select id from users where name = ${name}`).toHaveLength(0);
    // The name is still free.
    expect((await api.client().users.register.mutate({ name, password })).user.name).toBe(name);
  });

  test.each([
    ["abc", "three characters"],
    ["a".repeat(32), "thirty-two"],
    ["has space", "a space"],
    ["näme_", "an umlaut"],
    ["name'; drop table users; --", "SQL"],
    ["name\u0000", "NUL"],
    ["Ａｄｍｉｎ", "full-width letters"],
    ["name\n", "a line break"],
    ["用户名称", "other scripts"],
    ["", "nothing"],
  ])("the name %j is refused (%s), with the field named", async (name) => {
    const failure = await failureOf(api.client().users.register.mutate({ name, password }));
    expect(failure).toMatchObject({ code: "input_invalid", status: 400, issues: [{ path: "name" }] });
  });

  test.each(["1234567", "x".repeat(129), ""])(
    "the password %j is refused, with the field named",
    async (short) => {
      const failure = await failureOf(
        api.client().users.register.mutate({ name: newName(), password: short }),
      );
      expect(failure).toMatchObject({ code: "input_invalid", status: 400, issues: [{ path: "password" }] });
    },
  );

  test.each([
    "pässwörd 密码 🔑",
    "'; drop table users; --",
    "with\u0000nul and \ud800 half a pair",
    "x".repeat(128),
  ])("the odd password %j works, and only it", async (odd) => {
    const name = newName();
    await api.client().users.register.mutate({ name, password: odd });
    expect((await api.client().users.login.mutate({ name, password: odd })).token).toBeString();
    const other = `${odd.slice(0, -1)}!`;
    expect(await failureOf(api.client().users.login.mutate({ name, password: other }))).toMatchObject({
      code: "credentials_invalid",
    });
  });
});

describe("what is stored", () => {
  test("neither the token nor the password stands in the database in clear", async () => {
    const { user, token } = await registered();
    const dump = JSON.stringify([
      await api.sql`select * from users where id = ${user.id}`,
      await api.sql`select * from auth_sessions where user_id = ${user.id}`,
    ]);
    expect(dump).not.toContain(token);
    expect(dump).not.toContain(password);
    expect(dump).toContain("$argon2id$v=19$m=19456,t=2,p=1$");
    const [session] = await api.sql`select id from auth_sessions where user_id = ${user.id}`;
    expect(session.id).toBe(new Bun.CryptoHasher("sha256").update(token).digest("hex"));
    // The id from a stolen copy of the table is no token.
    expect(await api.client({ token: session.id }).users.me.query()).toBeNull();
  });
});

describe("logging in", () => {
  test("works whatever the name's capitals", async () => {
    const { name, user } = await registered();
    const login = await api.client().users.login.mutate({ name: name.toLowerCase(), password });
    expect(login.user).toEqual(user);
    expect(await api.client({ token: login.token }).users.me.query()).toEqual(user);
  });

  test("an unknown name, an impossible name and a wrong password get one answer, after checking one hash each", async () => {
    const { name } = await registered();
    const answers = [];
    for (const credentials of [
      { name, password: "wrong password" },
      { name: "nobody_here", password },
      { name: "no' such \u0000 name", password },
    ]) {
      const before = api.hashesVerified();
      answers.push(await failureOf(api.client().users.login.mutate(credentials)));
      expect(api.hashesVerified() - before).toBe(1);
    }
    expect(answers[0]).toMatchObject({ code: "credentials_invalid", status: 401 });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test("a failed log-in leaves no session", async () => {
    const { name, user } = await registered();
    await failureOf(api.client().users.login.mutate({ name, password: "wrong password" }));
    expect(await api.sql`select id from auth_sessions where user_id = ${user.id}`).toHaveLength(1);
  });
});

describe("log-ins", () => {
  test("logging out ends this one and no other", async () => {
    const { name, client } = await registered();
    const { token } = await api.client().users.login.mutate({ name, password });
    expect(await client.users.logout.mutate()).toEqual({ ok: true });
    expect(await client.users.me.query()).toBeNull();
    expect(await failureOf(client.users.sessions.query())).toMatchObject({
      code: "unauthenticated",
      status: 401,
    });
    expect(await api.client({ token }).users.me.query()).not.toBeNull();
    // Twice is once.
    expect(await client.users.logout.mutate()).toEqual({ ok: true });
  });

  test("are listed with what tells them apart, and the current one is marked", async () => {
    const { name, token } = await registered();
    const phone = await api
      .client({ headers: { "user-agent": "Phone/1.0" } })
      .users.login.mutate({ name, password });
    const list = await api.client({ token }).users.sessions.query();
    expect(list).toHaveLength(2);
    expect(list.filter((session) => session.current)).toHaveLength(1);
    const other = list.find((session) => !session.current);
    expect(other).toMatchObject({ userAgent: "Phone/1.0", current: false });
    expect(other?.expiresAtMs).toBeGreaterThan(Date.now());
    expect(JSON.stringify(list)).not.toContain(phone.token ?? "");
  });

  test("can be revoked by their user and by nobody else", async () => {
    const [alice, mallory] = [await registered(), await registered()];
    const [session] = await alice.client.users.sessions.query();
    const id = session?.id ?? "";
    expect(await failureOf(mallory.client.users.revokeSession.mutate({ id }))).toMatchObject({
      code: "session_not_found",
      status: 404,
    });
    expect(await alice.client.users.me.query()).not.toBeNull();
    expect(await alice.client.users.revokeSession.mutate({ id })).toEqual({ ok: true });
    expect(await alice.client.users.me.query()).toBeNull();
    expect(await failureOf(mallory.client.users.revokeSession.mutate({ id: "'; --" }))).toMatchObject({
      code: "input_invalid",
    });
  });

  test.each(["", "x", "A".repeat(43), "' or 1=1 --", "ü".repeat(43)])(
    "the token %j is nobody",
    async (token) => {
      const response = await fetch(`${api.url}/trpc/users.me`, {
        headers: { authorization: `Bearer ${encodeURI(token)}` },
      });
      expect(await response.json()).toEqual({ result: { data: null } });
    },
  );
});

describe("changing the password", () => {
  test("ends every other log-in, keeps this one, and only the new password works", async () => {
    const { name, client } = await registered();
    const { token } = await api.client().users.login.mutate({ name, password });
    const elsewhere = api.client({ token });
    expect(await elsewhere.users.me.query()).not.toBeNull();
    const newPassword = "a completely new one";
    await client.users.changePassword.mutate({ oldPassword: password, newPassword });
    expect(await client.users.me.query()).not.toBeNull();
    expect(await elsewhere.users.me.query()).toBeNull();
    const withOld = api.client().users.login.mutate({ name, password });
    expect(await failureOf(withOld)).toMatchObject({ code: "credentials_invalid" });
    expect((await api.client().users.login.mutate({ name, password: newPassword })).token).toBeString();
  });

  test("needs the old password and a log-in, and changes nothing without", async () => {
    const { name, client } = await registered();
    const wrong = client.users.changePassword.mutate({
      oldPassword: "not it at all",
      newPassword: "whatever it is",
    });
    expect(await failureOf(wrong)).toMatchObject({ code: "credentials_invalid", status: 401 });
    const anonymous = api
      .client()
      .users.changePassword.mutate({ oldPassword: password, newPassword: "whatever" });
    expect(await failureOf(anonymous)).toMatchObject({ code: "unauthenticated", status: 401 });
    const weak = client.users.changePassword.mutate({ oldPassword: password, newPassword: "short" });
    expect(await failureOf(weak)).toMatchObject({ code: "input_invalid", issues: [{ path: "newPassword" }] });
    expect((await api.client().users.login.mutate({ name, password })).token).toBeString();
  });

  test("of two changes at once from two log-ins one wins, and the winner's password is the one that works", async () => {
    const { name, client } = await registered();
    const { token } = await api.client().users.login.mutate({ name, password });
    const changes = [client, api.client({ token })].map((each, index) =>
      each.users.changePassword.mutate({ oldPassword: password, newPassword: `new password ${index}` }),
    );
    const results = await Promise.allSettled(changes);
    const winner = results.findIndex(({ status }) => status === "fulfilled");
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const login = await api.client().users.login.mutate({ name, password: `new password ${winner}` });
    expect(login.token).toBeString();
  });
});

describe("users among each other", () => {
  test("are found by name, and following counts once", async () => {
    const [fan, host] = [await registered(), await registered()];
    const get = () => fan.client.users.get.query({ name: host.name.toLowerCase() });
    expect(await get()).toEqual({ id: host.user.id, name: host.name, followers: 0, following: false });
    await fan.client.users.follow.mutate({ userId: host.user.id });
    await fan.client.users.follow.mutate({ userId: host.user.id });
    expect(await get()).toEqual({ id: host.user.id, name: host.name, followers: 1, following: true });
    const seenByOthers = await api.client().users.get.query({ name: host.name });
    expect(seenByOthers).toMatchObject({ followers: 1, following: false });
    await fan.client.users.unfollow.mutate({ userId: host.user.id });
    await fan.client.users.unfollow.mutate({ userId: host.user.id });
    expect(await get()).toMatchObject({ followers: 0, following: false });
  });

  test("nobody follows themselves, somebody unknown, or anonymously", async () => {
    const { client, user } = await registered();
    const follow = (userId: string) => failureOf(client.users.follow.mutate({ userId }));
    expect(await follow(user.id)).toMatchObject({ code: "input_invalid", issues: [{ path: "userId" }] });
    expect(await follow("nosuchuser00")).toMatchObject({ code: "user_not_found", status: 404 });
    expect(await follow("*.>")).toMatchObject({ code: "input_invalid" });
    const anonymous = api.client().users.follow.mutate({ userId: user.id });
    expect(await failureOf(anonymous)).toMatchObject({ code: "unauthenticated" });
    expect(await failureOf(client.users.get.query({ name: "nobody_here" }))).toMatchObject({
      code: "user_not_found",
      status: 404,
    });
  });
});
