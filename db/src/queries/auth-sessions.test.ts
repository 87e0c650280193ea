import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@barrage/testkit";
import { eq, sql } from "drizzle-orm";
import { type Database, openDatabase } from "../database.ts";
import { authSessions } from "../schema/index.ts";
import {
  type AuthLifetimes,
  deleteAuthSessionOf,
  deleteAuthSessionsOf,
  findAuthSessions,
  insertAuthSession,
  listAuthSessions,
  updateAuthSessionIdleEnd,
} from "./auth-sessions.ts";
import { insertUser } from "./users.ts";

const hourMs = 3_600_000;
const lifetimes = { idleMs: 10 * hourMs, absoluteMs: 24 * hourMs, touchEveryMs: 5 * 60_000 };

let testDatabase: TestDatabase;
let database: Database;
let counter = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, applicationName: "auth-sessions.test" });
});

afterAll(async () => {
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

async function newUser(): Promise<string> {
  const id = `user${String(++counter).padStart(8, "0")}`;
  await insertUser(database.orm, { id, name: `user_${counter}`, passwordHash: "unused" });
  return id;
}

async function newSession(userId: string): Promise<string> {
  const id = `session-${++counter}`;
  await insertAuthSession(database.orm, { id, userId, userAgent: null, lifetimes });
  return id;
}

/** Makes a log-in look as if it had been opened, used last and counted down so long ago. */
async function age(id: string, ms: number, what: "all" | "use" = "all"): Promise<void> {
  const earlier = (column: unknown) => sql`${column} - ${ms} * interval '1 millisecond'`;
  await database.orm
    .update(authSessions)
    .set({
      lastUsedAt: earlier(authSessions.lastUsedAt),
      idleExpiresAt: earlier(authSessions.idleExpiresAt),
      ...(what === "use"
        ? {}
        : { createdAt: earlier(authSessions.createdAt), expiresAt: earlier(authSessions.expiresAt) }),
    })
    .where(eq(authSessions.id, id));
}

async function find(id: string, lifetimes: AuthLifetimes) {
  const [found] = await findAuthSessions(database.orm, [id], lifetimes);
  return found;
}

describe("log-ins in Postgres", () => {
  test("one that was not used for its idle time is over", async () => {
    const id = await newSession(await newUser());
    await age(id, lifetimes.idleMs - 60_000, "use");
    const found = await find(id, lifetimes);
    expect(found?.session.id).toBe(id);
    // That was a use: it starts counting anew.
    await age(id, lifetimes.idleMs - 60_000, "use");
    expect(await find(id, lifetimes)).toBeDefined();
    await age(id, lifetimes.idleMs + 60_000, "use");
    expect(await find(id, lifetimes)).toBeUndefined();
  });

  test("one that is used all the time is over at its absolute end, and its idle end never passes that", async () => {
    const id = await newSession(await newUser());
    for (let hours = 0; hours < 23; hours++) {
      await age(id, hourMs);
      const found = await find(id, lifetimes);
      expect(found?.session.idleExpiresAt.getTime()).toBeLessThanOrEqual(
        found?.session.expiresAt.getTime() ?? 0,
      );
    }
    await updateAuthSessionIdleEnd(database.orm, id, new Date(Date.now() + 1_000 * hourMs));
    await age(id, 2 * hourMs);
    expect(await find(id, lifetimes)).toBeUndefined();
  });

  test("use is written down at most every few minutes", async () => {
    const id = await newSession(await newUser());
    const version = async () => {
      const [row] = await database.orm
        .select({ version: sql<string>`xmin::text` })
        .from(authSessions)
        .where(eq(authSessions.id, id));
      return row?.version;
    };
    const before = await version();
    for (let use = 0; use < 5; use++) await find(id, lifetimes);
    expect(await version()).toBe(before);
    await age(id, lifetimes.touchEveryMs + 1_000, "use");
    const aged = await version();
    await find(id, lifetimes);
    expect(await version()).not.toBe(aged);
  });

  test("a user has at most 50: the least recently used one makes room and is named", async () => {
    const userId = await newUser();
    const ids: string[] = [];
    for (let index = 0; index < 50; index++) ids.push(await newSession(userId));
    const [oldest = "", ...others] = ids;
    await age(oldest, 60_000, "use");
    const dropped = await insertAuthSession(database.orm, {
      id: "the-51st",
      userId,
      userAgent: null,
      lifetimes,
    });
    expect(dropped).toEqual([oldest]);
    const left = await listAuthSessions(database.orm, userId);
    expect(left.map(({ id }) => id).toSorted()).toEqual([...others, "the-51st"].toSorted());
  });

  test("expired ones of anybody are swept when somebody logs in", async () => {
    const id = await newSession(await newUser());
    await age(id, 2 * lifetimes.absoluteMs);
    await newSession(await newUser());
    const rows = await database.orm.select().from(authSessions).where(eq(authSessions.id, id));
    expect(rows).toEqual([]);
  });

  test("nobody ends somebody else's, and the kept one stays", async () => {
    const [alice, mallory] = [await newUser(), await newUser()];
    const [first, second] = [await newSession(alice), await newSession(alice)];
    expect(await deleteAuthSessionOf(database.orm, mallory, first)).toBe(false);
    expect(await deleteAuthSessionsOf(database.orm, alice, second)).toEqual([first]);
    const left = await listAuthSessions(database.orm, alice);
    expect(left.map(({ id }) => id)).toEqual([second]);
  });
});
