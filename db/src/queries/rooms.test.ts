import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createTestDatabase, seededRandom, type TestDatabase } from "@barrage/testkit";
import { eq, sql } from "drizzle-orm";
import { type Database, openDatabase } from "../database.ts";
import { rooms } from "../schema/index.ts";
import { findRoomPolicy, insertModerator, upsertSanction } from "./moderation.ts";
import { listSessions, openSession } from "./room-sessions.ts";
import {
  deleteRoom,
  findRoom,
  insertRoom,
  type ListedRoomRow,
  listPublicRooms,
  type RoomListOrder,
  type RoomListPosition,
} from "./rooms.ts";
import { isRoomKnownTo, lockRoom } from "./rooms-lock.ts";
import { insertUser } from "./users.ts";

let testDatabase: TestDatabase;
let database: Database;
let counter = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, applicationName: "rooms.test" });
}, 60_000);

afterAll(async () => {
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

const nextId = (kind: string) => `${kind}${String(++counter).padStart(8, "0")}`;

async function newUser(name = `user_${counter}`): Promise<string> {
  const id = nextId("user");
  await insertUser(database.orm, { id, name, passwordHash: "unused" });
  return id;
}

async function newRoom(
  hostId: string,
  room: { readonly title?: string; readonly visibility?: "public" | "unlisted" | "private" } = {},
): Promise<string> {
  const id = nextId("room");
  const { title = "a room", visibility = "public" } = room;
  const passwordHash = visibility === "private" ? "unused" : null;
  await database.transaction((orm) =>
    insertRoom(orm, { id, hostId, title, description: "", visibility, passwordHash, streamKey: id }, 1_000),
  );
  return id;
}

async function goLive(roomId: string, hostId: string): Promise<string> {
  const id = nextId("session");
  await database.transaction((orm) => openSession(orm, { id, roomId, hostId, startedAt: new Date() }));
  return id;
}

async function search(text: string): Promise<string[]> {
  const page = { viewerId: null, after: undefined, order: "viewers", limit: 60, search: text } as const;
  return (await listPublicRooms(database.orm, page)).map((room) => room.title);
}

async function readAll(
  limit: number,
  between: () => Promise<void>,
  order: RoomListOrder = "viewers",
): Promise<ListedRoomRow[]> {
  const all: ListedRoomRow[] = [];
  let after: RoomListPosition | undefined;
  for (;;) {
    const page = await listPublicRooms(database.orm, {
      viewerId: null,
      after,
      order,
      limit,
      search: undefined,
    });
    all.push(...page);
    after = page.at(-1)?.position;
    if (page.length < limit) return all;
    await between();
  }
}

describe("the list of public rooms", () => {
  test("pages hold every room once, in order, whatever is inserted while they are read", async () => {
    const random = seededRandom();
    const host = await newUser();
    const before: string[] = [];
    for (let index = 0; index < 60; index++) {
      const id = await newRoom(host);
      before.push(id);
      // Few different values: ties in every column but the id. The moments differ by less than a millisecond.
      const createdAt = sql`timestamptz '2026-01-01' + ${random.below(4) * 100} * interval '1 microsecond'`;
      await database.orm
        .update(rooms)
        .set({
          createdAt,
          viewerCount: random.below(3),
          hotScore: random.below(3),
          liveSessionId: random.chance(0.3) ? nextId("session") : null,
        })
        .where(eq(rooms.id, id));
    }
    for (let round = 0; round < 6; round++) {
      const limit = random.between(1, 9);
      const all = await readAll(
        limit,
        async () => {
          const id = await newRoom(host);
          await database.orm
            .update(rooms)
            .set({ viewerCount: random.below(3) })
            .where(eq(rooms.id, id));
        },
        round % 2 === 0 ? "viewers" : "hot",
      );
      const ids = all.map((room) => room.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => before.includes(id)).toSorted()).toEqual(before.toSorted());
      const keys = all.map(({ position }) => [
        position.live ? 1 : 0,
        position.rank,
        position.createdAtMicros,
        position.id,
      ]);
      expect(keys).toEqual(
        keys.toSorted((a, b) => {
          const index = a.findIndex((value, column) => value !== b[column]);
          return index < 0 ? 0 : (a[index] ?? 0) > (b[index] ?? 0) ? -1 : 1;
        }),
      );
    }
  }, 30_000);

  test("a search takes %, _ and \\ for what they are", async () => {
    const host = await newUser("like_host");
    for (const title of ["100% real", "100 real", "snake_case", "snakeXcase", "back\\slash", "backslash"]) {
      await newRoom(host, { title });
    }
    expect(await search("100%")).toEqual(["100% real"]);
    expect(await search("e_c")).toEqual(["snake_case"]);
    expect(await search("k\\s")).toEqual(["back\\slash"]);
    expect(await search("%")).toEqual(["100% real"]);
    expect(await search("LIKE_HOST")).toHaveLength(6);
    expect(await search("' or true --")).toEqual([]);
  });

  test("never shows unlisted and private rooms", async () => {
    const host = await newUser();
    await newRoom(host, { title: "zz hidden", visibility: "unlisted" });
    await newRoom(host, { title: "zz hidden", visibility: "private" });
    expect(await search("zz hidden")).toEqual([]);
  });
});

describe("a room's row", () => {
  test("is locked for its host, its moderators and nobody else", async () => {
    const [host, moderator, stranger] = [await newUser(), await newUser(), await newUser()];
    const roomId = await newRoom(host);
    await insertModerator(database.orm, roomId, moderator);
    const roleOf = (userId: string, as: "host" | "moderator" | "anyone") =>
      database.transaction(async (orm) => (await lockRoom(orm, { roomId, userId, as }))?.role);
    expect(await roleOf(host, "host")).toBe("host");
    expect(await roleOf(host, "moderator")).toBe("host");
    expect(await roleOf(moderator, "host")).toBeUndefined();
    expect(await roleOf(moderator, "moderator")).toBe("moderator");
    expect(await roleOf(stranger, "moderator")).toBeUndefined();
    expect(await roleOf(stranger, "anyone")).toBe("viewer");
  });

  test("is not had by a moderator who was dismissed while they waited for the lock", async () => {
    const [host, moderator] = [await newUser(), await newUser()];
    const roomId = await newRoom(host);
    await insertModerator(database.orm, roomId, moderator);
    const locked = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    const dismissal = database.transaction(async (orm) => {
      await lockRoom(orm, { roomId, userId: host, as: "host" });
      locked.resolve();
      await waiting.promise;
      await orm.execute(sql`delete from room_moderators where room_id = ${roomId}`);
    });
    await locked.promise;
    const late = database.transaction((orm) => lockRoom(orm, { roomId, userId: moderator, as: "moderator" }));
    const isWaiting = async () => {
      const [row] = await database.orm.execute(
        sql`select count(*)::int as count from pg_locks where not granted`,
      );
      return Number(row?.["count"]) > 0;
    };
    while (!(await isWaiting())) await Bun.sleep(5);
    waiting.resolve();
    await dismissal;
    expect(await late).toBeUndefined();
  });

  test("is known to the public, or to host and moderators alone", async () => {
    const [host, moderator, stranger] = [await newUser(), await newUser(), await newUser()];
    for (const visibility of ["public", "unlisted", "private"] as const) {
      const roomId = await newRoom(host, { visibility });
      await insertModerator(database.orm, roomId, moderator);
      expect(await isRoomKnownTo(database.orm, roomId, host)).toBe(true);
      expect(await isRoomKnownTo(database.orm, roomId, moderator)).toBe(true);
      expect(await isRoomKnownTo(database.orm, roomId, stranger)).toBe(visibility === "public");
    }
  });

  test("can't be deleted while the room is live", async () => {
    const host = await newUser();
    const roomId = await newRoom(host);
    await goLive(roomId, host);
    expect(await deleteRoom(database.orm, roomId)).toBe(false);
    expect(await findRoom(database.orm, roomId, null)).toBeDefined();
  });
});

test("of two rooms of one host that go live at once, one does", async () => {
  const host = await newUser();
  const roomIds = [await newRoom(host), await newRoom(host)];
  const outcomes = await Promise.allSettled(roomIds.map((roomId) => goLive(roomId, host)));
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused).toHaveLength(1);
  expect(refused[0]?.reason).toMatchObject({ code: "already_live" });
  const found = await Promise.all(roomIds.map((id) => findRoom(database.orm, id, host)));
  expect(found.filter((room) => room?.sessionId !== null)).toHaveLength(1);
});

test("a host can't have more rooms than allowed, not even by asking for many at once", async () => {
  const hostId = await newUser();
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () =>
      database.transaction((orm) => {
        const id = nextId("room");
        const room = {
          id,
          hostId,
          title: "r",
          description: "",
          visibility: "public",
          streamKey: id,
        } as const;
        return insertRoom(orm, { ...room, passwordHash: null }, 3);
      }),
    ),
  );
  expect(outcomes.filter((createdAt) => createdAt !== undefined)).toHaveLength(3);
});

test("a policy tells sanctions in force and moderators, and leaves out what has ended", async () => {
  const [host, muted, banned, free] = [await newUser(), await newUser(), await newUser(), await newUser()];
  const roomId = await newRoom(host);
  await insertModerator(database.orm, roomId, free);
  const order = { roomId, byId: host };
  const until = new Date(Date.now() + 60_000);
  await upsertSanction(database.orm, { ...order, userId: muted, kind: "mute", until });
  await upsertSanction(database.orm, { ...order, userId: banned, kind: "ban", until: null });
  await upsertSanction(database.orm, { ...order, userId: free, kind: "mute", until: new Date(1) });
  const policy = await findRoomPolicy(database.orm, roomId);
  expect(policy?.moderatorIds).toEqual([free]);
  expect(policy?.sanctions.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
    { userId: banned, kind: "ban", untilMs: null },
    { userId: muted, kind: "mute", untilMs: until.getTime() },
  ]);
  expect(await findRoomPolicy(database.orm, "nosuchroom")).toBeUndefined();
});

test("sessions are listed the newest first, in pages", async () => {
  const host = await newUser();
  const roomId = await newRoom(host);
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) {
    ids.unshift(await goLive(roomId, host));
    await database.orm.execute(sql`update room_sessions set ended_at = now() where room_id = ${roomId}`);
  }
  const first = await listSessions(database.orm, { roomId, after: undefined, limit: 3 });
  const after = first.at(-1);
  const second = await listSessions(database.orm, { roomId, after, limit: 3 });
  expect([...first, ...second].map((session) => session.id)).toEqual(ids);
  expect(first[0]).toMatchObject({ messages: 0, peakViewers: 0 });
});
