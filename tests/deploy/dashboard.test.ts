import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startRoomCluster } from "../cluster/room-cluster.ts";

const dashboard = readFileSync(
  join(import.meta.dir, "..", "..", "deploy", "grafana", "realtime.json"),
  "utf8",
);

test("every metric that the dashboard draws is there on a running node", async () => {
  await using cluster = await startRoomCluster(1);
  const response = await fetch(`${cluster.nodes[0]?.url}/metrics`);
  const text = await response.text();
  const there = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map((match) => match[1] ?? ""));
  const drawn = new Set([...dashboard.matchAll(/\bbarrage_\w+/g)].map((match) => match[0]));
  expect(drawn.size).toBeGreaterThan(10);
  expect([...drawn].filter((name) => !there.has(name))).toEqual([]);
}, 60_000);
