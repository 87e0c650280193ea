import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { migrateDatabase } from "@barrage/db";
import { startTestPostgres, type TestServer, waitFor } from "@barrage/testkit";
import { failureOf } from "./testing/api-client.ts";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

const password = "correct horse battery";
let postgres: TestServer;
let api: TestApi;
let counter = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
  await migrateDatabase(postgres.url);
  api = await startTestApi({ DATABASE_URL: postgres.url });
}, 60_000);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

async function registered() {
  const name = `Outage_${++counter}`;
  const { token } = await api.client().users.register.mutate({ name, password });
  return { name, token, client: api.client({ token }) };
}

const ready = async () => {
  const response = await fetch(`${api.url}/readyz`);
  return { status: response.status, body: await response.json() };
};
const isReady = () =>
  waitFor(async () => (await ready()).status === 200, { deadlineMs: 20_000, what: "readiness" });
const unavailable = { code: "database_unavailable", status: 503, retryAfterMs: expect.any(Number) };

describe("while Postgres is down", () => {
  test("log-ins fail clearly, who is logged in stays so, and all is well when it is back", async () => {
    const { name, client } = await registered();
    expect(await client.users.me.query()).toMatchObject({ name });
    // Not killed: test servers don't wait for the disk, so a killed one may have lost what it had promised.
    await postgres.stop();
    try {
      expect(await failureOf(api.client().users.login.mutate({ name, password }))).toMatchObject(unavailable);
      const other = { name: "Never_Was", password };
      expect(await failureOf(api.client().users.register.mutate(other))).toMatchObject(unavailable);
      const unknown = api.client({ token: "x".repeat(43) });
      expect(await failureOf(unknown.users.me.query())).toMatchObject(unavailable);
      expect(await client.users.me.query()).toMatchObject({ name });
      expect(await ready()).toEqual({ status: 503, body: { ready: false, waitingFor: ["postgres"] } });
      expect((await fetch(`${api.url}/livez`)).status).toBe(200);
    } finally {
      await postgres.start();
    }
    await isReady();
    expect((await api.client().users.login.mutate({ name, password })).token).toBeString();
    expect((await api.client().users.register.mutate({ name: "Never_Was", password })).token).toBeString();
  }, 40_000);

  test("a Postgres that hangs instead of failing keeps nobody waiting for ever", async () => {
    const { name, client } = await registered();
    await client.users.me.query();
    const { pid } = postgres.server();
    const frozen = backendsOf(pid);
    for (const each of frozen) process.kill(each, "SIGSTOP");
    try {
      // The first hangs on a connection that was open, the second on opening one.
      for (let attempt = 0; attempt < 2; attempt++) {
        const login = failureOf(api.client().users.login.mutate({ name, password }));
        expect(await client.users.me.query()).toMatchObject({ name });
        expect(await login).toMatchObject(unavailable);
      }
      expect((await ready()).body).toEqual({ ready: false, waitingFor: ["postgres"] });
    } finally {
      for (const each of frozen) process.kill(each, "SIGCONT");
    }
    await isReady();
    expect((await api.client().users.login.mutate({ name, password })).token).toBeString();
  }, 60_000);
});

/** The server's process and all below it. */
function backendsOf(pid: number): number[] {
  const { stdout } = Bun.spawnSync(["ps", "-e", "-o", "pid=,ppid="]);
  const parents = stdout
    .toString()
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [child = 0, parent = 0] of parents) if (family.has(parent)) family.add(child);
  }
  return [...family];
}

describe("while NATS is down", () => {
  test("accounts work, and a log-out holds here at once and elsewhere soon", async () => {
    await using other = await api.startAnotherNode();
    const { name, token, client } = await registered();
    expect(await other.client({ token }).users.me.query()).toMatchObject({ name });
    await api.nats.kill();
    try {
      await waitFor(async () => (await ready()).body.waitingFor.includes("nats"));
      await client.users.logout.mutate();
      expect(await client.users.me.query()).toBeNull();
      // No message can tell the other node; its memory is only good for seconds.
      await waitFor(async () => (await other.client({ token }).users.me.query()) === null, {
        deadlineMs: 15_000,
      });
      expect((await api.client().users.login.mutate({ name, password })).token).toBeString();
    } finally {
      await api.nats.start();
    }
    await isReady();
  }, 40_000);
});

describe("several nodes", () => {
  test("a log-in made on one is good on all, and ended on one is ended on all at once", async () => {
    await using other = await api.startAnotherNode();
    const { name, token, client } = await registered();
    const elsewhere = other.client({ token });
    expect(await elsewhere.users.me.query()).toMatchObject({ name });
    await client.users.logout.mutate();
    // Sooner than the memory of the other node would end by itself: it was told.
    await waitFor(async () => (await elsewhere.users.me.query()) === null, { deadlineMs: 3_000 });
  });

  test("emptying Redis ends no log-in", async () => {
    const { name, client } = await registered();
    const redis = new Bun.RedisClient(api.redis.url);
    await redis.send("FLUSHALL", []);
    redis.close();
    expect(await client.users.me.query()).toMatchObject({ name });
    expect((await api.client().users.login.mutate({ name, password })).token).toBeString();
  });
});
