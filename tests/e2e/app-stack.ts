import { setUpBucket } from "@barrage/platform";
import {
  createTestDatabase,
  startApp,
  startTestNats,
  startTestRedis,
  startTestS3,
  type TestApp,
} from "@barrage/testkit";
import { createFlakyProxy, type FlakyProxy } from "./flaky-proxy.ts";

/** All of Barrage, as a browser meets it: real apps on real services, empty. */
export interface AppStack extends AsyncDisposable {
  readonly webUrl: string;
  /** What browsers' connections to the realtime node go through. */
  readonly network: FlakyProxy;
  /** What the api reaches Postgres and NATS through. */
  readonly postgres: FlakyProxy;
  readonly nats: FlakyProxy;
  /** What browsers reach the object store through. */
  readonly storage: FlakyProxy;
  readonly apps: readonly TestApp[];
  /** For the operator's commands. */
  readonly databaseUrl: string;
  /** What the worker is configured by, to start another. */
  readonly workerVariables: Readonly<Record<string, string>>;
}

/** Starts everything; some seconds. `variables` are settings of a test's own, for every app. */
export async function startAppStack(variables: Readonly<Record<string, string>> = {}): Promise<AppStack> {
  await using stack = new AsyncDisposableStack();
  const [database, nats, redis, s3] = await Promise.all([
    createTestDatabase().then((one) => stack.use(one)),
    startTestNats().then((one) => stack.use(one)),
    startTestRedis().then((one) => stack.use(one)),
    startTestS3().then((one) => stack.use(one)),
  ]);
  await setUpBucket({
    endpoint: s3.url,
    accessKeyId: s3.accessKeyId,
    secretAccessKey: s3.secretAccessKey,
    bucket: "barrage-media",
    webOrigins: ["http://127.0.0.1:*"],
  });
  const storage = stack.use(await createFlakyProxy(s3.url));
  // The servers must know the page's origin before the page's server knows theirs.
  const webPort = freePort();
  const webUrl = `http://127.0.0.1:${webPort}`;
  const { url: endpoint, accessKeyId, secretAccessKey } = s3;
  const bucket = "barrage-media";
  await setUpBucket({ endpoint, accessKeyId, secretAccessKey, bucket, webOrigins: [webUrl] });
  const common = {
    HOST: "127.0.0.1",
    LOG_LEVEL: "warn",
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    S3_ENDPOINT: s3.url,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    S3_PUBLIC_URL: storage.url,
    TICKET_SECRET: "only for tests, and long enough so",
    WEB_ORIGINS: webUrl,
    ...variables,
  };
  const start = async (name: "api" | "realtime" | "worker" | "web", more: Record<string, string> = {}) =>
    stack.use(await startApp(name, { ...common, LOG_LEVEL: "info", ...more }));
  const realtime = await start("realtime");
  const network = stack.use(await createFlakyProxy(realtime.url));
  const flakyPostgres = stack.use(await createFlakyProxy(database.url));
  const flakyNats = stack.use(await createFlakyProxy(nats.url));
  const [api, worker] = await Promise.all([
    start("api", {
      DATABASE_URL: flakyPostgres.url,
      NATS_URL: flakyNats.url,
      REALTIME_URL: network.url,
      REGISTERS_PER_HOUR: "1000",
      LOGINS_PER_MINUTE: "1000",
    }),
    start("worker"),
  ]);
  const web = await start("web", { PORT: String(webPort), API_URL: api.url, REALTIME_URL: network.url });
  const owned = stack.move();
  return {
    webUrl,
    network,
    postgres: flakyPostgres,
    nats: flakyNats,
    storage,
    apps: [api, realtime, worker, web],
    databaseUrl: database.url,
    workerVariables: { ...common, LOG_LEVEL: "info" },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function freePort(): number {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
}
