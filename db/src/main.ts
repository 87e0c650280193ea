import { migrateDatabase } from "./migrate.ts";

const databaseUrl = process.env["DATABASE_URL"];
if (!databaseUrl) {
  process.stderr.write("DATABASE_URL is required\n");
  process.exit(78);
}
await migrateDatabase(databaseUrl);
process.stdout.write("the schema is up to date\n");
