import { expect, setDefaultTimeout, test } from "bun:test";
import { busTopics, type Presence } from "@barrage/platform";
import { waitFor } from "@barrage/testkit";
import { startTestWorld } from "../testing/test-world.ts";
import { watchSse, watchWs } from "../testing/viewers.ts";

setDefaultTimeout(20_000);

test("a node tells how many watch each room, and at its end that nobody does", async () => {
  await using world = await startTestWorld();
  const reports: Presence[] = [];
  world.bus.listen(busTopics.presence, (report) => void reports.push(report));
  const node = await world.node();
  const [busy, quiet] = [await world.room(), await world.room()];
  await using _one = await watchSse(node.url, busy);
  await using _two = await watchWs(node.url, busy);
  const visitor = await watchWs(node.url, quiet);
  await waitFor(() => reports.at(-1)?.rooms[quiet] === 1);
  expect(reports.at(-1)?.rooms).toEqual({ [busy]: 2, [quiet]: 1 });
  await visitor.close();
  await waitFor(() => reports.at(-1)?.rooms[quiet] === undefined);
  expect(reports.at(-1)?.rooms).toEqual({ [busy]: 2 });
  await node.stop();
  await waitFor(() => Object.keys(reports.at(-1)?.rooms ?? { some: 1 }).length === 0);
  expect(new Set(reports.map((report) => report.node)).size).toBe(1);
});
