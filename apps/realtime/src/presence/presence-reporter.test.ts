import { expect, setDefaultTimeout, test } from "bun:test";
import { busTopics, newId, type Presence } from "@barrage/platform";
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

test("different people are counted once each, over all nodes, from the session's start to its end", async () => {
  await using world = await startTestWorld();
  const reports = new Map<string, Presence>();
  world.bus.listen(busTopics.presence, (report) => void reports.set(report.node, report));
  const nodes = await Promise.all([1, 2].map(() => world.node({ TRUST_PROXY: "true" })));
  const [room, session] = [await world.room(), newId()];
  const unique = () => Math.max(...[...reports.values()].map(({ uniques }) => uniques[session] ?? 0));
  const user = newId();
  const watchAs = async (who: { user?: string; address?: string }) => {
    const query = () => (who.user === undefined ? "" : `ticket=${world.ticket(room, { user: who.user })}`);
    const headers = { "x-forwarded-for": who.address ?? "192.0.2.250" };
    return await Promise.all(nodes.map((node) => watchSse(node.url, room, { query: query(), headers })));
  };
  const early = [...(await watchAs({ user })), ...(await watchAs({ address: "192.0.2.1" }))];
  await world.publish({ v: 1, type: "room.started", room, at: Date.now(), data: { session } });
  await waitFor(() => unique() === 2);
  // The same user from elsewhere, somebody else from a known address, and two addresses more.
  const late = [
    ...(await watchAs({ user, address: "192.0.2.2" })),
    ...(await watchAs({ user: newId(), address: "192.0.2.1" })),
    ...(await watchAs({ address: "192.0.2.3" })),
    ...(await watchAs({ address: "192.0.2.4" })),
  ];
  await waitFor(() => unique() === 5);
  await waitFor(() => reports.size === 2 && [...reports.values()].every(({ uniques }) => uniques[session]));
  await world.publish({ v: 1, type: "room.ended", room, at: Date.now(), data: { session } });
  await Promise.all([...early, ...late].map((viewer) => viewer.close()));
  const after = await watchAs({ address: "192.0.2.99" });
  const heard = nodes.length * 2;
  let later = 0;
  world.bus.listen(busTopics.presence, () => void later++);
  await waitFor(() => later > heard);
  expect(unique()).toBe(5);
  await Promise.all(after.map((viewer) => viewer.close()));
});

test("what is said on the bus depends on nodes alone, never on viewers who come and go", async () => {
  await using world = await startTestWorld();
  const nodes = await Promise.all([world.node(), world.node()]);
  const room = await world.room();
  const messages = new Map<string, number>();
  let total = 0;
  world.bus.listen(busTopics.presence, ({ node, rooms }) => {
    messages.set(node, (messages.get(node) ?? 0) + 1);
    total = rooms[room] ?? 0;
  });
  for (let round = 0; round < 3; round++) {
    const viewers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => watchSse(nodes[index % 2]?.url ?? "", room)),
    );
    await waitFor(() => total === 30);
    await Promise.all(viewers.map((viewer) => viewer.close()));
  }
  await waitFor(() => total === 0);
  const counts = [...messages.values()];
  expect(counts.length).toBe(2);
  // 180 viewers came and went: each node spoke as often as the other, by the clock.
  expect(Math.abs((counts[0] ?? 0) - (counts[1] ?? 0))).toBeLessThanOrEqual(2);
  expect(counts[0]).toBeLessThan(180);
});
