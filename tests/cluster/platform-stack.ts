import { freePort } from "@barrage/scripts/services";
import { createTestDatabase, startApp, startTestNats, startTestRedis, type TestApp } from "@barrage/testkit";

/** Every server and app that a room needs, on ports and data of their own. */
export interface PlatformStack extends AsyncDisposable {
  readonly api: TestApp;
  readonly realtime: TestApp;
  readonly worker: TestApp;
  /** What api, realtime and worker are configured by, to start more of them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where the api tells its metrics and its health to those who run it. */
  readonly apiInsideUrl: string;
}

/** Starts PostgreSQL, Redis, NATS, api, realtime and worker as they run in production; `more` are settings of all. */
export async function startPlatformStack(
  more: Readonly<Record<string, string>> = {},
): Promise<PlatformStack> {
  await using stack = new AsyncDisposableStack();
  const [database, nats, redis] = await Promise.all([
    createTestDatabase(),
    startTestNats(),
    startTestRedis(),
  ]);
  for (const server of [database, nats, redis]) stack.use(server);
  const variables = {
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    S3_ENDPOINT: "http://127.0.0.1:9",
    S3_ACCESS_KEY_ID: "unused",
    S3_SECRET_ACCESS_KEY: "unused",
    TICKET_SECRET: "only for tests, and long enough so",
    HOST: "127.0.0.1",
    WEB_ORIGINS: "http://127.0.0.1:1",
    REGISTERS_PER_HOUR: "100000",
    LOGINS_PER_MINUTE: "100000",
    ...more,
  };
  const [realtime, worker] = await Promise.all([
    startApp("realtime", variables),
    startApp("worker", variables),
  ]);
  stack.use(realtime);
  stack.use(worker);
  const metricsPort = freePort();
  const api = stack.use(
    await startApp("api", {
      ...variables,
      REALTIME_URL: realtime.url,
      METRICS_PORT: String(metricsPort),
    }),
  );
  const apiInsideUrl = `http://127.0.0.1:${metricsPort}`;
  const owned = stack.move();
  return {
    api,
    realtime,
    worker,
    variables,
    apiInsideUrl,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
