import { startPostgres } from "@barrage/scripts/services";
import { startTestServer, type TestServer } from "./test-server.ts";

/**
 * A PostgreSQL server of this test alone, for tests that take it down. It costs over a second: a test that only
 * needs a database calls `createTestDatabase`.
 */
export function startTestPostgres(): Promise<TestServer> {
  return startTestServer("postgres", startPostgres);
}
