import { SQL } from "bun";
import { sharedPostgresUrl } from "./shared-postgres.ts";

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly name: string;
}

export interface TestDatabaseOptions {
  /** `false`: no tables at all, for tests of the migrations. */
  readonly migrated?: boolean;
}

const template = "barrage_test_template";
// Any number, as long as every test process uses the same.
const templateLock = 7_265_113;
const readyTemplates = new Map<string, Promise<void>>();

/**
 * A migrated database of this test alone, copied from a template (some 30 ms):
 * `await using database = await createTestDatabase()`. Dropped at the end, its connections cut.
 */
export async function createTestDatabase({
  migrated = true,
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = await sharedPostgresUrl();
  if (migrated) await templateReady(serverUrl);
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  await asAdmin(serverUrl, async (admin) => {
    // PostgreSQL copies a template only while nobody is connected to it: another process may be migrating it.
    await admin`select pg_advisory_lock_shared(${templateLock})`;
    await admin.unsafe(`create database ${name} template ${migrated ? template : "template0"}`);
  });
  return {
    url: databaseUrl(serverUrl, name),
    name,
    [Symbol.asyncDispose]: () =>
      asAdmin(serverUrl, async (admin) => {
        await admin.unsafe(`drop database if exists ${name} with (force)`);
      }),
  };
}

function templateReady(serverUrl: string): Promise<void> {
  let ready = readyTemplates.get(serverUrl);
  if (ready === undefined) {
    ready = makeTemplate(serverUrl);
    readyTemplates.set(serverUrl, ready);
  }
  return ready;
}

/** Run once per process: migrating is idempotent, so a template left by an older run is brought up to date. */
function makeTemplate(serverUrl: string): Promise<void> {
  return asAdmin(serverUrl, async (admin) => {
    await admin`select pg_advisory_lock(${templateLock})`;
    const found: unknown[] = await admin`select 1 from pg_database where datname = ${template}`;
    if (found.length === 0) await admin.unsafe(`create database ${template} template template0`);
    const { migrateDatabase } = await import("@barrage/db");
    await migrateDatabase(databaseUrl(serverUrl, template));
  });
}

/** One connection for one piece of work; closing it also gives back its advisory locks. */
async function asAdmin(serverUrl: string, work: (admin: SQL) => Promise<void>): Promise<void> {
  const admin = new SQL({ url: serverUrl, max: 1 });
  try {
    await work(admin);
  } finally {
    await admin.close();
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
