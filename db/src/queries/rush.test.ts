import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@barrage/testkit";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Database, type Orm, openDatabase } from "../database.ts";
import { findAuthSessions } from "./auth-sessions.ts";
import { enterLotteries } from "./lottery-entries.ts";

const crowdSize = 5_000;
const numbered = (prefix: string, from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${from + index}`);

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, applicationName: "rush.test" });
  const { orm } = database;
  await orm.execute(sql`
    insert into users (id, name, password_hash) select 'user' || n, 'user_' || n, 'none'
    from generate_series(1, ${crowdSize}::integer) n`);
  await orm.execute(sql`
    insert into auth_sessions (id, user_id, idle_expires_at, expires_at)
    select 'login' || n, 'user' || n, now() + interval '1 day', now() + interval '1 day'
    from generate_series(1, ${crowdSize}::integer) n`);
  await orm.execute(sql`
    insert into lotteries (id, room_id, session_id, title, conditions, state, commit, opens_at)
    values ('lottery', 'room', 'session', 'Rush', '{}', 'open', 'commit', now() - interval '1 minute')`);
  // The odd ones are in already.
  await orm.execute(sql`
    insert into lottery_entries (lottery_id, user_id, id, evidence) select 'lottery', 'user' || n, 'entry' || n, '{}'
    from generate_series(1, ${crowdSize}::integer, 2) n`);
  await orm.execute(sql`analyze`);
}, 60_000);

afterAll(async () => {
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

/** Of a table, the rows that this transaction has read one after the other, without an index. */
async function scannedRows(orm: Orm, table: string): Promise<number> {
  const [row] = await orm.execute(
    sql`select seq_tup_read::integer as rows from pg_stat_xact_user_tables where relname = ${table}`,
  );
  return z.object({ rows: z.number() }).parse(row).rows;
}

test("however many are in, a batch of entries looks up its own users alone", async () => {
  const users = numbered("user", 1, 30);
  await database.transaction(async (orm) => {
    const entries = users.map((userId) => ({
      lotteryId: "lottery",
      userId,
      entryId: `new-${userId}`,
      rulesVersion: 1,
      evidence: {},
      atMs: null,
    }));
    const outcomes = await enterLotteries(orm, entries);
    expect(outcomes.filter(({ outcome }) => outcome === "entered")).toHaveLength(15);
    expect(outcomes.filter(({ outcome }) => outcome === "already")).toHaveLength(15);
    expect(await scannedRows(orm, "lottery_entries")).toBe(0);
  });
});

test("however many there are, a batch of log-ins is found with its users by their indexes, at every size", async () => {
  for (const size of [1, 16, 125, 200]) {
    await database.transaction(async (orm) => {
      const lifetimes = { idleMs: 3_600_000, absoluteMs: 3_600_000, touchEveryMs: 3_600_000 };
      const found = await findAuthSessions(orm, numbered("login", 100, size), lifetimes);
      expect(found).toHaveLength(size);
      expect(await scannedRows(orm, "users")).toBe(0);
      expect(await scannedRows(orm, "auth_sessions")).toBe(0);
    });
  }
});
