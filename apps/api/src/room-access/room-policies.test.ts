import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Database, insertRoom, insertUser, openDatabase, updateRoom } from "@barrage/db";
import { createTestDatabase, type TestDatabase } from "@barrage/testkit";
import { createRoomPolicies } from "./room-policies.ts";

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, applicationName: "room-policies.test" });
  await insertUser(database.orm, { id: "host00000", name: "policy_host", passwordHash: "unused" });
}, 60_000);
afterAll(async () => {
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

async function newRoom(id: string): Promise<string> {
  const room = { id, hostId: "host00000", title: "r", description: "", visibility: "public" } as const;
  await database.transaction((orm) => insertRoom(orm, { ...room, passwordHash: null, streamKey: id }, 100));
  return id;
}

/** Policies on a clock that stands still unless it is moved: nothing expires by itself. */
function policiesAt(startMs: number) {
  const clock = { nowMs: startMs };
  return { clock, policies: createRoomPolicies({ database, now: () => clock.nowMs }) };
}

test("a policy is remembered until it is forgotten", async () => {
  const id = await newRoom("room00000001");
  const { policies } = policiesAt(1_000_000);
  expect((await policies.get(id)).slowModeMs).toBe(0);
  await updateRoom(database.orm, id, { slowModeMs: 5_000 });
  expect((await policies.get(id)).slowModeMs).toBe(0);
  policies.forget(id);
  expect((await policies.get(id)).slowModeMs).toBe(5_000);
});

test("a refreshed policy is the newest, but a room is not asked for more often than five times a second", async () => {
  const id = await newRoom("room00000002");
  const { clock, policies } = policiesAt(1_000_000);
  await policies.get(id);
  await updateRoom(database.orm, id, { slowModeMs: 5_000 });
  expect((await policies.refreshed(id)).slowModeMs).toBe(0);
  clock.nowMs += 200;
  expect((await policies.refreshed(id)).slowModeMs).toBe(5_000);
  expect((await policies.get(id)).slowModeMs).toBe(5_000);
});

test("a room that is created after somebody asked for it is found", async () => {
  const { clock, policies } = policiesAt(1_000_000);
  const [early] = await Promise.allSettled([policies.get("room00000003")]);
  expect(early).toMatchObject({ status: "rejected", reason: { code: "room_not_found" } });
  await newRoom("room00000003");
  clock.nowMs += 200;
  expect((await policies.get("room00000003")).roomId).toBe("room00000003");
});

test("a room is known for hours after Postgres went away, but not for ever", async () => {
  const id = await newRoom("room00000004");
  const own = openDatabase({ url: testDatabase.url, applicationName: "room-policies.test.own" });
  const clock = { nowMs: 1_000_000 };
  const policies = createRoomPolicies({ database: own, now: () => clock.nowMs });
  await policies.get(id);
  await own.close();
  clock.nowMs += 3_600_000;
  expect((await policies.get(id)).roomId).toBe(id);
  expect((await policies.refreshed(id)).roomId).toBe(id);
  clock.nowMs += 24 * 3_600_000;
  const [late] = await Promise.allSettled([policies.get(id)]);
  expect(late?.status).toBe("rejected");
});
