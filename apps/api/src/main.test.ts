import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createTestDatabase, startApp, startTestNats, startTestRedis } from "@barrage/testkit";

const main = join(import.meta.dir, "main.ts");

describe("the api as a program", () => {
  test("names every fault of its configuration at once, shows no secret, and ends with 78", async () => {
    const child = Bun.spawn([process.execPath, main], {
      env: {
        WEB_ORIGINS: "https://a.example,http://b.example/",
        TRUSTED_PROXIES: "many",
        TICKET_SECRET: "hush",
      },
      stdout: "pipe",
      stderr: "pipe",
    });
    const said = (await new Response(child.stderr).text()) + (await new Response(child.stdout).text());
    expect(await child.exited).toBe(78);
    for (const name of [
      "DATABASE_URL",
      "REDIS_URL",
      "NATS_URL",
      "REALTIME_URL",
      "WEB_ORIGINS",
      "TRUSTED_PROXIES",
    ]) {
      expect(said).toContain(name);
    }
    expect(said).toContain("TICKET_SECRET");
    expect(said).not.toContain("hush");
  });

  test("says where it is ready, answers what it has begun when it is told to stop, and ends with 0", async () => {
    await using database = await createTestDatabase();
    await using redis = await startTestRedis();
    await using nats = await startTestNats();
    await using api = await startApp("api", {
      HOST: "127.0.0.1",
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      NATS_URL: nats.url,
      WEB_ORIGINS: "http://web.test",
      REALTIME_URL: "http://realtime.test",
      TICKET_SECRET: "a secret for tests and nothing else",
    });
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
    const registering = fetch(`${api.url}/trpc/users.register`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-barrage-client": "test" },
      body: JSON.stringify({ name: "last_one", password: "correct horse battery" }),
    });
    // The hash takes long enough for the signal to come in between; if not, the answer is there all the same.
    await Bun.sleep(10);
    const ended = api.kill("SIGTERM");
    expect((await registering).status).toBe(200);
    expect(await ended).toEqual({ code: 0, signal: null });
    const log = api.logTail();
    expect(log).not.toContain("correct horse battery");
    expect(log).not.toContain("a secret for tests");
  }, 30_000);
});
