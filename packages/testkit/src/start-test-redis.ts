import { startRedis } from "@barrage/scripts/services";
import { startTestServer, type TestServer } from "./test-server.ts";

/** A Redis server of this test alone: `await using redis = await startTestRedis()`. */
export function startTestRedis(): Promise<TestServer> {
  return startTestServer("redis", startRedis);
}
