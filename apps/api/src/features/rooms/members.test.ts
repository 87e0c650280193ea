import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Bus, busTopics, connectNats, createBus, createLogger, type RollCall } from "@barrage/platform";
import { failureOf } from "../../testing/api-client.ts";
import { createRoomWorld, type Person, type RoomWorld } from "../../testing/room-world.ts";
import { startTestApi, type TestApi } from "../../testing/start-test-api.ts";
import { listedViewersMax } from "./members-service.ts";

let api: TestApi;
let world: RoomWorld;
let bus: Bus;
const closing = new AsyncDisposableStack();
beforeAll(async () => {
  api = closing.use(await startTestApi());
  world = closing.use(await createRoomWorld(api));
  const logger = createLogger({ name: "test", level: "silent" });
  const link = await connectNats({ url: api.nats.url, name: "test", logger });
  closing.defer(() => link.close());
  bus = createBus({ link, logger });
}, 60_000);
afterAll(() => closing.disposeAsync());

/** Says on the bus what a realtime node would, for one room. */
function node(room: string, say: () => RollCall): Disposable & { readonly asked: () => number } {
  let asked = 0;
  const stop = bus.contribute(busTopics.rollCall, ({ roomId }) => {
    if (roomId !== room) return undefined;
    asked += 1;
    return say();
  });
  return { asked: () => asked, [Symbol.dispose]: stop };
}

const watchedBy = (users: readonly Person[], anonymous = 0): RollCall => ({
  viewers: users.length + anonymous,
  users: users.map(({ id }) => id),
  anonymous,
});

async function listedRoom(host: Person): Promise<string> {
  const id = await world.room(host);
  await host.client.rooms.update.mutate({ id, memberList: true });
  return id;
}

describe("the members of a room", () => {
  test("are shown by name when the host wants it, summed over the nodes, each once", async () => {
    const host = await world.person();
    const [ann, ben, mod] = [await world.person(), await world.person(), await world.person()];
    const id = await listedRoom(host);
    await host.client.rooms.setModerator.mutate({ id, userName: mod.name, moderator: true });
    using _one = node(id, () => watchedBy([ben, mod, ann], 2));
    using _two = node(id, () => watchedBy([ann, host], 1));
    const page = await api.client().rooms.members.query({ id });
    const byName = (left: Person, right: Person) =>
      left.name.toLowerCase() < right.name.toLowerCase() ? -1 : 1;
    const roleOf = (person: Person) => (person === host ? "host" : person === mod ? "moderator" : "viewer");
    expect(page).toEqual({
      state: "shown",
      viewers: 8,
      anonymous: 3,
      items: [ann, ben, mod, host].toSorted(byName).map((person) => ({
        user: { id: person.id, name: person.name },
        role: roleOf(person),
      })),
      nextCursor: null,
    });
  });

  test("are not shown unless the host wants it, and nobody is asked", async () => {
    const host = await world.person();
    const id = await world.room(host);
    using quiet = node(id, () => watchedBy([host]));
    expect(await host.client.rooms.members.query({ id })).toEqual({ state: "off" });
    expect(quiet.asked()).toBe(0);
  });

  test("are not named in a crowd, however it is spread", async () => {
    const id = await listedRoom(await world.person());
    const half = { viewers: listedViewersMax / 2 + 1, users: [], anonymous: 0 };
    using _one = node(id, () => half);
    using _two = node(id, () => half);
    expect(await api.client().rooms.members.query({ id })).toEqual({
      state: "crowded",
      viewers: listedViewersMax + 2,
    });
  });

  test("come in pages that join without a repeat or a hole", async () => {
    const people = [await world.person(), await world.person(), await world.person(), await world.person()];
    const id = await listedRoom(people[0] ?? (await world.person()));
    using _node = node(id, () => watchedBy(people));
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.client().rooms.members.query({ id, limit: 3, ...(cursor ? { cursor } : {}) });
      if (page.state !== "shown") throw new Error("not shown");
      names.push(...page.items.map(({ user }) => user.name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(names.toSorted()).toEqual(people.map(({ name }) => name).toSorted());
    expect(await failureOf(api.client().rooms.members.query({ id, cursor: "nonsense" }))).toMatchObject({
      code: "cursor_malformed",
    });
  });

  test("those who ask together cost the nodes one question", async () => {
    const id = await listedRoom(await world.person());
    using counted = node(id, () => watchedBy([]));
    await Promise.all(Array.from({ length: 10 }, () => api.client().rooms.members.query({ id })));
    expect(counted.asked()).toBe(1);
  });

  test("of a private room are for those who may watch it", async () => {
    const host = await world.person();
    const { id } = await host.client.rooms.create.mutate({
      title: "Private",
      visibility: "private",
      password: "secret words",
    });
    await host.client.rooms.update.mutate({ id, memberList: true });
    const ask = (password?: string) =>
      api.client().rooms.members.query({ id, ...(password ? { password } : {}) });
    expect(await failureOf(ask())).toMatchObject({ code: "room_password_wrong" });
    expect(await ask("secret words")).toMatchObject({ state: "shown", viewers: 0, items: [] });
  });
});
