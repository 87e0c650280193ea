import { join } from "node:path";
import { startS3 } from "../s3/index.ts";
import { ensureDatabase, startNats, startPostgres, startRedis } from "../services/index.ts";
import { devWebOrigins } from "./dev-app-variables.ts";
import type { DevPorts } from "./dev-options.ts";

/** A server the apps use: started by us, or named in the environment and none of our business. */
interface DevService {
  readonly title: string;
  readonly url: string;
  readonly stop: () => Promise<void>;
  /** Resolves when it ended by itself; never for one that is not ours. */
  readonly exited: Promise<unknown>;
}

export interface DevServices {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly natsUrl: string;
  readonly s3: {
    readonly url: string;
    /** Where browsers reach it. */
    readonly publicUrl: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  readonly stop: () => Promise<void>;
  /** Resolves with the name of the first server that ended without being asked. */
  readonly failed: Promise<string>;
}

export interface DevServicesOptions {
  readonly ports: DevPorts;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly step: (message: string) => void;
}

/** The addresses of servers that the environment names; those are used instead of being started. */
export function givenServices(environment: Readonly<Record<string, string | undefined>>) {
  const { DATABASE_URL, REDIS_URL, NATS_URL, S3_ENDPOINT } = environment;
  return {
    postgres: DATABASE_URL || null,
    redis: REDIS_URL || null,
    nats: NATS_URL || null,
    s3: S3_ENDPOINT || null,
  };
}

const never = new Promise<never>(() => {});

/** Starts all servers at once and waits for all; when one fails, the others are stopped again. */
export async function startDevServices(options: DevServicesOptions): Promise<DevServices> {
  const settled = await Promise.allSettled([postgres(options), redis(options), nats(options), s3(options)]);
  const started = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const stop = async () => {
    await Promise.allSettled(started.map((service) => service.stop()));
  };
  const reasons = settled.flatMap((result) =>
    result.status === "rejected" ? [messageOf(result.reason)] : [],
  );
  const [database, cache, log, objects] = started;
  if (reasons.length > 0 || !database || !cache || !log || !objects) {
    await stop();
    throw new Error(reasons.join("\n"));
  }
  return {
    databaseUrl: database.url,
    redisUrl: cache.url,
    natsUrl: log.url,
    s3: {
      url: objects.url,
      publicUrl: options.environment["S3_PUBLIC_URL"] || objects.url,
      ...s3Keys(options.environment),
    },
    stop,
    failed: Promise.race(started.map((service) => service.exited.then(() => service.title))),
  };
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

function existing(title: string, url: string, step: (message: string) => void): DevService {
  step(`${title}: the one in the environment`);
  return { title, url, stop: async () => {}, exited: never };
}

async function postgres({ ports, dataDir, environment, step }: DevServicesOptions): Promise<DevService> {
  const { migrateDatabase } = await import("@barrage/db");
  const given = givenServices(environment).postgres;
  if (given !== null) {
    await migrateDatabase(given);
    return existing("PostgreSQL", given, step);
  }
  const server = await startPostgres({
    dataDir: join(dataDir, "postgres"),
    port: ports.postgres,
    onProgress: step,
  });
  try {
    const url = await ensureDatabase(server.url, "barrage");
    await migrateDatabase(url);
    step(`PostgreSQL on port ${server.port}, migrated`);
    return { title: "PostgreSQL", url, stop: server.stop, exited: server.exited };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function redis({ ports, dataDir, environment, step }: DevServicesOptions): Promise<DevService> {
  const given = givenServices(environment).redis;
  if (given !== null) return existing("Redis", given, step);
  const server = await startRedis({ dataDir: join(dataDir, "redis"), port: ports.redis, onProgress: step });
  step(`Redis on port ${server.port}`);
  return { title: "Redis", url: server.url, stop: server.stop, exited: server.exited };
}

async function nats({ ports, dataDir, environment, step }: DevServicesOptions): Promise<DevService> {
  const given = givenServices(environment).nats;
  if (given !== null) return existing("NATS", given, step);
  const server = await startNats({
    dataDir: join(dataDir, "nats"),
    port: ports.nats,
    monitorPort: ports.natsMonitor,
    onProgress: step,
  });
  step(`NATS on port ${server.port}, monitoring on ${ports.natsMonitor}`);
  return { title: "NATS", url: server.url, stop: server.stop, exited: server.exited };
}

async function s3(options: DevServicesOptions): Promise<DevService> {
  const { ports, dataDir, environment, step } = options;
  const given = givenServices(environment).s3;
  if (given !== null) {
    await setUpBuckets(given, options);
    return existing("S3", given, step);
  }
  // Inside this process: our own small server needs no process of its own.
  const server = await startS3({ dataDir: join(dataDir, "s3"), port: ports.s3, ...s3Keys(environment) });
  try {
    await setUpBuckets(server.url, options);
  } catch (error) {
    await server.stop();
    throw error;
  }
  step(`S3 on port ${server.port}, buckets set up`);
  return { title: "S3", url: server.url, stop: () => server.stop(), exited: never };
}

/** As `bun run storage:setup` does elsewhere. */
async function setUpBuckets(
  endpoint: string,
  { ports, environment }: Pick<DevServicesOptions, "ports" | "environment">,
): Promise<void> {
  const { setUpBucket } = await import("@barrage/platform");
  const access = { endpoint, ...s3Keys(environment), region: environment["S3_REGION"] || "us-east-1" };
  const archive = environment["S3_ARCHIVE_BUCKET"] || "barrage-archive";
  const media = environment["S3_MEDIA_BUCKET"] || "barrage-media";
  await setUpBucket({ ...access, bucket: archive, webOrigins: [] });
  await setUpBucket({ ...access, bucket: media, webOrigins: devWebOrigins(ports) });
}

/** Keys of the environment belong to the endpoint it names, and to no other. */
function s3Keys(environment: Readonly<Record<string, string | undefined>>) {
  if (!environment["S3_ENDPOINT"])
    return { accessKeyId: "barrage-dev", secretAccessKey: "barrage-dev-secret" };
  return {
    accessKeyId: environment["S3_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: environment["S3_SECRET_ACCESS_KEY"] ?? "",
  };
}
