import { describe, expect, test } from "bun:test";
import { takeFromBucket } from "@barrage/domain";
import { seededRandom, startTestRedis, waitFor } from "@barrage/testkit";
import { createLogger } from "../log/create-logger.ts";
import { bucketScript } from "./bucket-script.ts";
import { createRedis } from "./create-redis.ts";
import { createRateLimiter } from "./rate-limiter.ts";

const logger = createLogger({ name: "test", level: "silent" });

describe("rate limiter", () => {
  test("the script in Redis and the rule in domain give the same answers (seeded)", async () => {
    await using server = await startTestRedis();
    const redis = await createRedis({ url: server.url, name: "test", logger });
    const random = seededRandom();
    for (let round = 0; round < 20; round++) {
      const rule = { capacity: random.between(1, 5), refillMs: random.between(1, 40) / 4 };
      const token = Math.round(rule.refillMs * 1_000);
      let fullAtUs: number | undefined;
      for (let take = 0; take < 40; take++) {
        const cost = random.between(1, 2);
        const reply = await redis.run((client) =>
          client.eval(bucketScript, 1, `bucket:${round}`, token, rule.capacity, cost),
        );
        if (!Array.isArray(reply)) throw new Error("no reply");
        const answer = takeFromBucket({ rule, fullAtUs, nowUs: Number(reply[2]), cost });
        expect([answer.allowed ? 1 : 0, answer.retryAfterMs]).toEqual(reply.slice(0, 2));
        fullAtUs = answer.fullAtUs;
        if (random.chance(0.25)) await Bun.sleep(random.between(1, 6));
      }
    }
    redis.close();
  }, 20_000);

  test("two processes share a bucket, and any text can be a key", async () => {
    await using server = await startTestRedis();
    const first = await createRedis({ url: server.url, name: "a", logger });
    const second = await createRedis({ url: server.url, name: "b", logger });
    const limiters = [createRateLimiter({ redis: first }), createRateLimiter({ redis: second })];
    const rule = { capacity: 5, refillMs: 60_000 };
    const key = 'login:"\r\nFLUSHALL 名';
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, (_, index) => limiters[index % 2]?.take(key, rule)),
    );
    expect(verdicts.filter((verdict) => verdict?.allowed).length).toBe(5);
    const refused = verdicts.filter((verdict) => !verdict?.allowed);
    expect(refused.every((verdict) => (verdict?.retryAfterMs ?? 0) > 59_000)).toBe(true);
    expect(await first.run((client) => client.keys("*"))).toEqual([
      expect.stringMatching(/^bucket:sha256:[0-9a-f]+$/),
    ]);
    first.close();
    second.close();
  });

  test("goes on limiting by itself while Redis is down or hangs, and comes back to it", async () => {
    await using server = await startTestRedis();
    const redis = await createRedis({ url: server.url, name: "test", logger });
    const limiter = createRateLimiter({ redis });
    const rule = { capacity: 2, refillMs: 60_000 };
    const allowed = async (key: string) => {
      const verdicts = [
        await limiter.take(key, rule),
        await limiter.take(key, rule),
        await limiter.take(key, rule),
      ];
      return verdicts.map((verdict) => verdict.allowed);
    };
    expect(await allowed("u1")).toEqual([true, true, false]);

    const { pid } = server.server();
    process.kill(pid, "SIGSTOP");
    expect(await allowed("u2")).toEqual([true, true, false]);
    const before = performance.now();
    for (let call = 0; call < 1_000; call++) await limiter.take(`other${call}`, rule);
    // Not one command deadline per call: 1,000 of them would take over eight minutes.
    expect(performance.now() - before).toBeLessThan(5_000);
    process.kill(pid, "SIGCONT");
    await waitFor(() => redis.run((client) => client.ping()));

    await server.kill();
    expect(await allowed("u3")).toEqual([true, true, false]);
    await server.start();
    await waitFor(() => redis.run((client) => client.ping()), { deadlineMs: 10_000 });
    expect(await allowed("u4")).toEqual([true, true, false]);
    expect(await redis.run((client) => client.exists("bucket:u4"))).toBe(1);
    redis.close();
  }, 30_000);

  test("a Redis that was never there is no obstacle", async () => {
    const redis = await createRedis({ url: "redis://127.0.0.1:1", name: "test", logger, connectWaitMs: 50 });
    const limiter = createRateLimiter({ redis });
    expect((await limiter.take("u", { capacity: 1, refillMs: 60_000 })).allowed).toBe(true);
    expect((await limiter.take("u", { capacity: 1, refillMs: 60_000 })).allowed).toBe(false);
    redis.close();
  });
});
