import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failureOf } from "./testing/api-client.ts";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

const password = "correct horse battery";
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({
    TRUSTED_PROXIES: "1",
    REGISTERS_PER_HOUR: "3",
    LOGINS_PER_MINUTE: "5",
    LOGINS_PER_MINUTE_AND_NAME: "3",
  });
}, 60_000);
afterAll(() => api[Symbol.asyncDispose]());

const from = (address: string) => api.client({ headers: { "x-forwarded-for": address } });
const wrong = { password: "not the password" };
const limited = { code: "rate_limited", status: 429, retryAfterMs: expect.any(Number) };

describe("limits", () => {
  test("an address registers so many and is told when to come back; another address is not held up", async () => {
    for (const name of ["one_1", "two_2", "three_3"]) {
      await from("198.51.100.1").users.register.mutate({ name, password });
    }
    const failure = await failureOf(from("198.51.100.1").users.register.mutate({ name: "four_4", password }));
    // A third of an hour, or what is left of it.
    expect(failure.retryAfterMs).toBeGreaterThan(15 * 60_000);
    expect(failure.retryAfterMs).toBeLessThanOrEqual(20 * 60_000);
    expect(failure).toMatchObject(limited);
    await from("198.51.100.2").users.register.mutate({ name: "four_4", password });
  });

  test("the time to wait is in the Retry-After header too", async () => {
    const login = () =>
      fetch(`${api.url}/trpc/users.login`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-barrage-client": "test",
          "x-forwarded-for": "192.0.2.1",
        },
        body: JSON.stringify({ name: "header_test", ...wrong }),
      });
    const statuses: number[] = [];
    let last = await login();
    while (last.status !== 429 && statuses.push(last.status) < 10) last = await login();
    expect(statuses).toEqual([401, 401, 401]);
    expect(Number(last.headers.get("retry-after"))).toBeWithin(1, 21);
  });

  test("a name is tried so often, from whatever addresses and in whatever capitals, right or wrong", async () => {
    const guess = (index: number, name: string) =>
      failureOf(from(`203.0.113.${index}`).users.login.mutate({ name, ...wrong }));
    expect(await guess(1, "one_1")).toMatchObject({ code: "credentials_invalid" });
    expect(await guess(2, "ONE_1")).toMatchObject({ code: "credentials_invalid" });
    expect(await guess(3, "One_1")).toMatchObject({ code: "credentials_invalid" });
    expect(await guess(4, "one_1")).toMatchObject(limited);
    const right = from("203.0.113.5").users.login.mutate({ name: "one_1", password });
    expect(await failureOf(right)).toMatchObject(limited);
    // Names that don't exist are limited alike: the limit tells nothing about who has an account.
    for (let index = 10; index < 13; index++) await guess(index, "nobody_at_all");
    expect(await guess(13, "nobody_at_all")).toMatchObject(limited);
  });

  test("an address tries so often, whatever the names", async () => {
    const guess = (index: number) =>
      failureOf(from("192.0.2.77").users.login.mutate({ name: `guess_${index}`, ...wrong }));
    for (let index = 0; index < 5; index++)
      expect(await guess(index)).toMatchObject({ code: "credentials_invalid" });
    expect(await guess(5)).toMatchObject(limited);
  });

  test("a turned-away attempt costs no hash", async () => {
    const before = api.hashesVerified();
    await failureOf(from("203.0.113.99").users.login.mutate({ name: "nobody_at_all", ...wrong }));
    expect(api.hashesVerified()).toBe(before);
  });

  test("while Redis is down the node limits by itself, and nobody who may log in is kept out", async () => {
    await api.redis.kill();
    try {
      const guess = (index: number) =>
        failureOf(from(`198.18.0.${index}`).users.login.mutate({ name: "two_2", ...wrong }));
      const { token } = await from("198.18.0.1").users.login.mutate({ name: "two_2", password });
      expect(token).toBeString();
      expect(await guess(2)).toMatchObject({ code: "credentials_invalid" });
      expect(await guess(3)).toMatchObject({ code: "credentials_invalid" });
      expect(await guess(4)).toMatchObject(limited);
      expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
    } finally {
      await api.redis.start();
    }
  });
});
