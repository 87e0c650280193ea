import { expect, test } from "bun:test";
import { startTestRedis, waitFor } from "@barrage/testkit";
import { createLogger } from "../log/create-logger.ts";
import { createRedis } from "./create-redis.ts";
import { createVolatileStore } from "./volatile-store.ts";

const logger = createLogger({ name: "test", level: "silent" });

test("a value is put once by whoever is first, seen by all, and removed only by its value", async () => {
  await using server = await startTestRedis();
  const links = [
    await createRedis({ url: server.url, name: "a", logger }),
    await createRedis({ url: server.url, name: "b", logger }),
  ];
  const stores = links.map(createVolatileStore);
  const [first, second] = stores;
  if (first === undefined || second === undefined) throw new Error("two stores");
  const found = await Promise.all(
    Array.from({ length: 20 }, (_, index) => stores[index % 2]?.putIfAbsent("k", `${index}`, 60_000)),
  );
  expect(found.filter((value) => value === null)).toHaveLength(1);
  const value = found.findIndex((answer) => answer === null);
  expect(await second.get("k")).toBe(`${value}`);
  await second.remove("k", "another");
  expect(await first.get("k")).toBe(`${value}`);
  await second.remove("k", `${value}`);
  expect(await first.get("k")).toBeNull();
  await first.put("short", "x", 20);
  await waitFor(async () => (await second.get("short")) === null);
  for (const link of links) link.close();
}, 20_000);

test("without Redis it is an empty store that never throws", async () => {
  await using server = await startTestRedis();
  const link = await createRedis({ url: server.url, name: "a", logger });
  const store = createVolatileStore(link);
  await store.put("k", "v", 60_000);
  await server.kill();
  await waitFor(async () => (await store.get("k")) === null);
  await store.put("k", "v", 60_000);
  expect(await store.putIfAbsent("k", "w", 60_000)).toBeNull();
  await store.remove("k", "v");
  link.close();
}, 20_000);
