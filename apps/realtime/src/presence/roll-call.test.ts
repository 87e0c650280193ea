import { expect, setDefaultTimeout, test } from "bun:test";
import { busTopics } from "@barrage/platform";
import { waitFor } from "@barrage/testkit";
import { startTestWorld } from "../testing/test-world.ts";
import { watchSse, watchWs } from "../testing/viewers.ts";

setDefaultTimeout(30_000);

test("every node tells who watches on it, each person once, and names nobody in a crowd", async () => {
  await using world = await startTestWorld();
  const [first, second] = [await world.node(), await world.node()];
  const room = await world.room();
  const other = await world.room();
  const ticket = (user: string) => ({ query: `ticket=${world.ticket(room, { user })}` });
  const viewers = [
    await watchSse(first.url, room, ticket("user000ann")),
    await watchWs(first.url, room, ticket("user000ann")),
    await watchWs(first.url, room, ticket("user000ben")),
    await watchSse(second.url, room, ticket("user000cat")),
    await watchSse(second.url, room),
    await watchSse(second.url, other),
  ];
  await waitFor(() => viewers.every(({ seen }) => seen.isLive));
  const ask = (roomId: string, viewersMax: number) =>
    world.bus.gather(busTopics.rollCall, { payload: { roomId, viewersMax }, deadlineMs: 300 });
  // A node that is busy may be late for one roll call; it is not late for all.
  await waitFor(async () => (await ask(room, 10)).length === 2);
  const rolls = (await ask(room, 10)).toSorted((left, right) => right.viewers - left.viewers);
  expect(rolls).toEqual([
    { viewers: 3, users: ["user000ann", "user000ben"], anonymous: 0 },
    { viewers: 2, users: ["user000cat"], anonymous: 1 },
  ]);
  expect(await ask(room, 2)).toContainEqual({ viewers: 3, users: [], anonymous: 0 });
  await waitFor(async () => (await ask(other, 10)).length === 1);
  for (const viewer of viewers) await viewer.close();
  await waitFor(async () => (await ask(room, 10)).length === 0);
});
