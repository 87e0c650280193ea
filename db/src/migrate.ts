import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

const migrationsFolder = fileURLToPath(new URL("../migrations", import.meta.url));
/** Any constant will do; it only has to be the same in every process that migrates. */
const migrationLock = 7_301_846_512;

/**
 * Brings the schema up to date. Safe to call from several processes at once: drizzle takes no lock, so one is taken
 * here, on the single connection that also runs the migrations.
 */
export async function migrateDatabase(databaseUrl: string): Promise<void> {
  const client = postgres(databaseUrl, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    await client`select pg_advisory_lock(${migrationLock})`;
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    // Ending the connection gives the lock back.
    await client.end({ timeout: 5 });
  }
}
