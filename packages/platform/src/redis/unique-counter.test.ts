import { expect, test } from "bun:test";
import { startTestRedis } from "@barrage/testkit";
import { newId } from "../ids/new-id.ts";
import { createLogger } from "../log/create-logger.ts";
import { createRedis } from "./create-redis.ts";
import { createUniqueCounter } from "./unique-counter.ts";

const logger = createLogger({ name: "test", level: "silent" });

test("members count once whoever adds them, within 3 % for 20,000; sets are apart; memory stays small", async () => {
  await using server = await startTestRedis();
  const [one, two] = await Promise.all(
    ["one", "two"].map((name) => createRedis({ url: server.url, name, logger })),
  );
  if (one === undefined || two === undefined) throw new Error("two links were asked for");
  const counters = [one, two].map((redis) => createUniqueCounter({ redis, ttlMs: 60_000 }));
  const [here, there] = counters;
  const [small, large] = [newId(), newId()];
  expect(await here?.add(small, ["a", "b", "c"])).toBe(3);
  expect(await there?.add(small, ["c", "d"])).toBe(4);
  const members = Array.from({ length: 20_000 }, (_, index) => `viewer ${index}`);
  await here?.add(large, members.slice(0, 12_000));
  const count = await there?.add(large, members.slice(8_000));
  expect(Math.abs((count ?? 0) - 20_000)).toBeLessThan(600);
  expect(await here?.add(small, ["a"])).toBe(4);
  const bytes = await one.run((client) => client.strlen(`unique:${large}`));
  expect(bytes).toBeLessThan(16_000);
  for (const redis of [one, two]) redis.close();
});

test("without Redis nothing is counted, and nothing is thrown", async () => {
  const redis = await createRedis({ url: "redis://127.0.0.1:1", name: "test", logger, connectWaitMs: 0 });
  expect(await createUniqueCounter({ redis, ttlMs: 1_000 }).add("set00000", ["a"])).toBeUndefined();
  redis.close();
});
