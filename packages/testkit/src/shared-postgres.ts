import { testConfig } from "./config.ts";
import { startTestPostgres } from "./start-test-postgres.ts";

// The one piece of module state in this package: a server is too slow to start for every test. It needs no
// closing: it is on our lifeline, ends with this process, and its data go with it.
let ownServer: Promise<string> | null = null;

/** The URL of the server test databases are made in: the one `scripts/test.ts` started, or this process's own. */
export async function sharedPostgresUrl(): Promise<string> {
  const given = testConfig.postgresUrl();
  if (given !== null) return given;
  ownServer ??= startTestPostgres().then((server) => server.url);
  return ownServer;
}
