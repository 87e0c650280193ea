import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { busTopics, type Presence } from "@barrage/platform";
import { waitFor } from "@barrage/testkit";
import { watchRoomsBy } from "../testing/rooms-viewer.ts";
import { startTestWorld, type TestWorld } from "../testing/test-world.ts";
import { watchSse } from "../testing/viewers.ts";

setDefaultTimeout(20_000);

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const face = {
  title: "Renamed",
  description: "",
  visibility: "public",
  slowModeMs: 0,
  followersOnly: false,
} as const;
const status = { query: "view=status" };

test("a list of rooms gets how each stands and no more, and does not count as watching", async () => {
  await using node = await world.node();
  const [a, b] = [await world.room(), await world.room()];
  const reports: Presence[] = [];
  const stop = world.bus.listen(busTopics.presence, (report) => reports.push(report));
  await using list = await watchRoomsBy.ws(node.url, [a, b], status);
  await using viewer = await watchSse(node.url, a);
  await waitFor(() => [a, b].every((room) => list.seen.of(room).isLive) && viewer.seen.isLive);
  await world.say(a, "not for lists", "nor this");
  const at = Date.now();
  await world.publish({ v: 1, room: a, at, type: "viewers.counted", data: { count: 7, peak: 9 } });
  await world.publish({ v: 1, room: b, at, type: "room.updated", data: { face } });
  await world.publish({ v: 1, room: a, at, type: "room.ended", data: { session: "session0001" } });
  await waitFor(() => list.seen.of(a).seqs.length === 2 && list.seen.of(b).seqs.length === 1);
  const typesOf = (room: string) =>
    list.seen.of(room).items.flatMap((item) => (item.kind === "event" ? [item.event.type] : []));
  expect([typesOf(a), typesOf(b)]).toEqual([["viewers.counted", "room.ended"], ["room.updated"]]);
  await waitFor(() => reports.some(({ rooms }) => rooms[a] !== undefined));
  for (const { rooms } of reports) expect([rooms[a] ?? 0, rooms[b] ?? 0]).toEqual([expect.any(Number), 0]);
  expect(reports.map(({ rooms }) => rooms[a] ?? 0)).not.toContain(2);
  stop();
});

test("a reader who comes back soon misses nothing; one who comes back late is told to ask", async () => {
  await using node = await world.node();
  const room = await world.room();
  // By the log's time: a node that opens the room reads its last seconds, and not what came minutes before.
  let atMs = Date.now() - 400_000;
  const counted = async (count: number) => {
    atMs += 1_000;
    return await world.publish({ v: 1, room, at: atMs, type: "viewers.counted", data: { count, peak: 9 } });
  };
  const old = await counted(0);
  for (let count = 1; count <= 250; count++) await counted(count);
  const seq = await counted(1_000);
  await world.say(room, "in between");
  await counted(1_001);
  const since = (from: number) => ({ query: `view=status&since=${room}:${world.log.epoch()}-${from}` });
  await using soon = await watchRoomsBy.sse(node.url, [room], since(seq));
  await using late = await watchRoomsBy.sse(node.url, [room], since(old - 1));
  await waitFor(() => soon.seen.of(room).isLive && late.seen.of(room).isLive);
  expect(soon.seen.of(room).items.filter(({ kind }) => kind === "event")).toHaveLength(1);
  expect(late.seen.of(room).controls("reset")).toHaveLength(1);
});
