import { expect, test } from "bun:test";
import { failureOf } from "../../testing/api-client.ts";
import { createRoomWorld } from "../../testing/room-world.ts";
import { startTestApi } from "../../testing/start-test-api.ts";

test("a room's password is hashed for its host alone, and no more often than one user may set one", async () => {
  await using api = await startTestApi();
  await using world = await createRoomWorld(api);
  const [host, stranger] = [await world.person(), await world.person()];
  const room = await host.client.rooms.create.mutate({ title: "Open" });
  const before = api.hashesMade();
  const set = (client: typeof host.client) =>
    failureOf(client.rooms.update.mutate({ id: room.id, visibility: "private", password: "secret" }));
  expect(await set(stranger.client)).toMatchObject({ code: "forbidden" });
  expect(api.hashesMade()).toBe(before);
  const closed = { title: "Closed", visibility: "private", password: "secret" } as const;
  for (let made = api.hashesMade(); ; made = api.hashesMade()) {
    const outcome = await host.client.rooms.create.mutate(closed).catch((error: unknown) => error);
    if (!(outcome instanceof Error)) continue;
    expect(api.hashesMade()).toBe(made);
    break;
  }
  const inAll = api.hashesMade();
  expect(inAll - before).toBeWithin(10, 40);
  expect(await set(host.client)).toMatchObject({ code: "rate_limited", status: 429 });
  expect(api.hashesMade()).toBe(inAll);
}, 60_000);
