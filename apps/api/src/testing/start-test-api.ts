import { createHealth, createLogger } from "@barrage/platform";
import {
  createTestDatabase,
  startTestNats,
  startTestRedis,
  type TestDatabase,
  type TestNats,
  type TestServer,
} from "@barrage/testkit";
import { SQL } from "bun";
import { apiConfig } from "../config.ts";
import { createApi } from "../create-api.ts";
import { type ApiClient, type ApiClientOptions, createApiClient } from "./api-client.ts";

/** The origin of the web in tests. */
export const webOrigin = "http://web.test";

/** The api in this process, on a free port, with servers of its own. */
export interface TestApi extends AsyncDisposable {
  readonly url: string;
  readonly database: TestDatabase;
  readonly redis: TestServer;
  readonly nats: TestNats;
  /** The test's own way into the database. */
  readonly sql: SQL;
  /** A typed client: anonymous, or with a token or headers. */
  client(options?: Omit<ApiClientOptions, "url">): ApiClient;
  /** How many argon2 hashes were compared since the start. */
  hashesVerified(): number;
  /** How many were made. */
  hashesMade(): number;
  /** Another node over the same servers. */
  startAnotherNode(env?: Readonly<Record<string, string>>): Promise<TestNode>;
}

/** One api process' worth of a test. */
export interface TestNode extends AsyncDisposable {
  readonly url: string;
  client(options?: Omit<ApiClientOptions, "url">): ApiClient;
}

// Limits are tested where they are the subject; elsewhere they would only be in the way.
const generous = {
  REGISTERS_PER_HOUR: "1000000",
  LOGINS_PER_MINUTE: "1000000",
  LOGINS_PER_MINUTE_AND_NAME: "1000000",
};

/** Starts servers and the api: `await using api = await startTestApi()`. `env` overrides its settings. */
export async function startTestApi(env: Readonly<Record<string, string>> = {}): Promise<TestApi> {
  const closing = new AsyncDisposableStack();
  const [database, redis, nats] = await Promise.all([
    createTestDatabase(),
    startTestRedis(),
    startTestNats(),
  ]);
  for (const server of [database, redis, nats]) closing.use(server);
  const sql = new SQL({ url: database.url, max: 2 });
  closing.defer(() => sql.close());
  const hashes = { made: 0, verified: 0 };
  const servers = { DATABASE_URL: database.url, REDIS_URL: redis.url, NATS_URL: nats.url };
  const startNode = (own: Readonly<Record<string, string>>) =>
    startTestNode({ ...generous, ...servers, ...env, ...own }, hashes);
  const first = closing.use(await startNode({}));
  return {
    ...first,
    database,
    redis,
    nats,
    sql,
    hashesVerified: () => hashes.verified,
    hashesMade: () => hashes.made,
    startAnotherNode: (own = {}) => startNode(own),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function startTestNode(
  env: Readonly<Record<string, string>>,
  hashes: { made: number; verified: number },
): Promise<TestNode> {
  const config = apiConfig.parse({
    HOST: "127.0.0.1",
    PORT: "0",
    WEB_ORIGINS: webOrigin,
    REALTIME_URL: "http://realtime.test",
    TICKET_SECRET: "a secret for tests and nothing else",
    LOG_LEVEL: "silent",
    ...env,
  });
  const health = createHealth();
  const api = createApi({
    config,
    logger: createLogger({ name: "api", level: config.logLevel }),
    health,
    replace: (infrastructure) => ({
      ...infrastructure,
      passwords: {
        hash(password) {
          hashes.made += 1;
          return infrastructure.passwords.hash(password);
        },
        verify(password, hash) {
          hashes.verified += 1;
          return infrastructure.passwords.verify(password, hash);
        },
      },
    }),
  });
  await api.start();
  health.setReady(true);
  return {
    url: api.url(),
    client: (options = {}) => createApiClient({ url: api.url(), ...options }),
    [Symbol.asyncDispose]: () => api.stop(AbortSignal.timeout(5_000)),
  };
}
