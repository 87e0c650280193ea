import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { RedisClient } from "bun";
import { startTestNats } from "./start-test-nats.ts";
import { startTestRedis } from "./start-test-redis.ts";

async function withRedis<T>(url: string, work: (client: RedisClient) => Promise<T>): Promise<T> {
  const client = new RedisClient(url, { autoReconnect: false });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

test("a test server taken down and brought back keeps its address and its data", async () => {
  await using redis = await startTestRedis();
  await withRedis(redis.url, (client) => client.set("kept", "yes"));
  await redis.stop();
  await expect(withRedis(redis.url, (client) => client.get("kept"))).rejects.toThrow();
  await redis.start();
  expect(await withRedis(redis.url, (client) => client.get("kept"))).toBe("yes");
}, 60_000);

test("a test server that lost its data comes back empty, on the same port", async () => {
  await using nats = await startTestNats();
  await using redis = await startTestRedis();
  await withRedis(redis.url, (client) => client.set("lost", "yes"));
  for (const server of [redis, nats]) {
    await server.lose();
    await server.start();
  }
  expect(await withRedis(redis.url, (client) => client.get("lost"))).toBeNull();
}, 60_000);

test("NATS brought back after SIGKILL answers on the same ports, monitoring included", async () => {
  await using nats = await startTestNats();
  await nats.kill();
  await nats.start();
  const answer = await fetch(`${nats.monitorUrl}/jsz`);
  expect(await answer.json()).toMatchObject({
    config: { store_dir: expect.stringContaining("barrage-test-nats") },
  });
}, 60_000);

test("nothing of a test server is left behind on disk", async () => {
  let dataDir = "";
  {
    await using redis = await startTestRedis();
    dataDir = dirname(redis.server().logFile);
    expect(existsSync(dataDir)).toBe(true);
  }
  expect(existsSync(dataDir)).toBe(false);
}, 60_000);
