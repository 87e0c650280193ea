import { expect, test } from "bun:test";
import { SQL } from "bun";
import { createTestDatabase } from "./create-test-database.ts";

async function tables(url: string): Promise<string[]> {
  const sql = new SQL({ url, max: 1 });
  try {
    const rows: { name: string }[] = await sql`
      select table_name as name from information_schema.tables where table_schema = 'public'`;
    return rows.map((row) => row.name);
  } finally {
    await sql.close();
  }
}

test("every test database is migrated and holds none of another's data", async () => {
  await using first = await createTestDatabase();
  await using second = await createTestDatabase();
  expect((await tables(first.url)).length).toBeGreaterThan(0);
  const sql = new SQL({ url: first.url, max: 1 });
  await sql`create table only_in_first (id int)`;
  await sql.close();
  expect(await tables(first.url)).toContain("only_in_first");
  expect(await tables(second.url)).not.toContain("only_in_first");
}, 60_000);

test("a database is dropped at the end of its scope, even with a connection still open", async () => {
  let url = "";
  let leaked: SQL | undefined;
  {
    await using database = await createTestDatabase({ migrated: false });
    url = database.url;
    leaked = new SQL({ url, max: 1 });
    await leaked`select 1`;
    expect(await tables(url)).toEqual([]);
  }
  await expect(tables(url)).rejects.toThrow(/does not exist/);
  await leaked.close().catch(() => {});
}, 60_000);

test("databases asked for at once are all made", async () => {
  const databases = await Promise.all(Array.from({ length: 6 }, () => createTestDatabase()));
  expect(new Set(databases.map((database) => database.name)).size).toBe(6);
  await Promise.all(databases.map((database) => database[Symbol.asyncDispose]()));
}, 60_000);
