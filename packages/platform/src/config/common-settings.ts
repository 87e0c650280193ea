import { z } from "zod";
import type { RoomLogRetention } from "../nats/room-stream.ts";
import type { SettingsTable } from "./define-config.ts";

const whole = z.string().regex(/^\d+$/, "must be a whole number").transform(Number);
const port = whole.refine((value) => value <= 65_535, "must be a port number (0 to 65535)");

function url(...protocols: readonly string[]) {
  const message = `must be a URL that begins with ${protocols.join(" or ")}`;
  return z
    .string()
    .refine((text) => protocols.some((start) => text.startsWith(start)) && URL.canParse(text), message);
}

/** Where a server listens and how much it logs. */
export const serverSettings = {
  host: { env: "HOST", schema: z.string(), default: "0.0.0.0" },
  /** 0: any free port; the "ready" line tells which. */
  port: { env: "PORT", schema: port, default: "0" },
  logLevel: {
    env: "LOG_LEVEL",
    schema: z.enum(["debug", "info", "warn", "error", "silent"]),
    default: "info",
  },
  shutdownDeadlineMs: { env: "SHUTDOWN_DEADLINE_MS", schema: whole, default: "10000" },
  /** Where traces go (OTLP over HTTP); empty: nowhere. */
  otlpEndpoint: {
    env: "OTEL_EXPORTER_OTLP_ENDPOINT",
    schema: z
      .literal("none")
      .transform(() => undefined)
      .or(url("http://", "https://")),
    default: "none",
  },
  /** The share of traces that are recorded; by the name that OpenTelemetry gave it. */
  traceSampleRatio: {
    env: "OTEL_TRACES_SAMPLER_ARG",
    schema: z
      .string()
      .regex(/^(0|1|0?\.\d{1,6}|1\.0+)$/, "must be a number from 0 to 1")
      .transform(Number),
    default: "0.05",
  },
} as const satisfies SettingsTable;

/** How to reach NATS, and what the room log keeps. Give every app the same: the last one to start wins. */
export const natsSettings = {
  natsUrl: { env: "NATS_URL", schema: z.string().min(1), secret: true },
  roomLogAgeMaxMs: { env: "ROOM_LOG_AGE_MAX_MS", schema: whole, default: String(7 * 24 * 60 * 60 * 1_000) },
  roomLogBytesMax: { env: "ROOM_LOG_BYTES_MAX", schema: whole, default: String(8 * 1_024 ** 3) },
  roomLogDedupeWindowMs: {
    env: "ROOM_LOG_DEDUPE_WINDOW_MS",
    schema: whole,
    default: String(10 * 60 * 1_000),
  },
  /** On how many NATS servers everything is kept. 3 in a cluster of three: one may be lost without a loss. */
  natsReplicas: {
    env: "NATS_REPLICAS",
    schema: z.enum(["1", "3", "5"]).transform(Number),
    default: "1",
  },
} as const satisfies SettingsTable;

/** The part of {@link natsSettings} that the room log takes. */
export function roomLogRetention(config: {
  readonly roomLogAgeMaxMs: number;
  readonly roomLogBytesMax: number;
  readonly roomLogDedupeWindowMs: number;
  readonly natsReplicas: number;
}): RoomLogRetention {
  return {
    ageMaxMs: config.roomLogAgeMaxMs,
    bytesMax: config.roomLogBytesMax,
    dedupeWindowMs: config.roomLogDedupeWindowMs,
    replicas: config.natsReplicas,
  };
}

/** How to reach Redis. */
export const redisSettings = {
  redisUrl: { env: "REDIS_URL", schema: url("redis://", "rediss://"), secret: true },
} as const satisfies SettingsTable;

/** How to reach the object store, if there is one: without it nothing is archived, and there are no replays. */
export const objectSettings = {
  s3Endpoint: {
    env: "S3_ENDPOINT",
    schema: z
      .literal("none")
      .transform(() => undefined)
      .or(url("http://", "https://")),
    default: "none",
  },
  s3AccessKeyId: { env: "S3_ACCESS_KEY_ID", schema: z.string(), default: "" },
  s3SecretAccessKey: { env: "S3_SECRET_ACCESS_KEY", schema: z.string(), default: "", secret: true },
  s3Region: { env: "S3_REGION", schema: z.string().min(1), default: "us-east-1" },
  /** Where sessions are archived: for our own programs alone, never to be made public. */
  s3ArchiveBucket: { env: "S3_ARCHIVE_BUCKET", schema: z.string().min(3), default: "barrage-archive" },
} as const satisfies SettingsTable;

const origin = url("http://", "https://").refine(
  (text) => !URL.canParse(text) || new URL(text).origin === text.replace(/\/$/, ""),
  "must have no path: it is part of what is signed",
);

/** Where covers and recordings are: browsers upload and play with signed URLs, and never by themselves. */
export const mediaSettings = {
  s3MediaBucket: { env: "S3_MEDIA_BUCKET", schema: z.string().min(3), default: "barrage-media" },
  /** Where browsers reach the object store; `none`: at `S3_ENDPOINT`. Whatever stands in front keeps path and Host. */
  s3PublicUrl: {
    env: "S3_PUBLIC_URL",
    schema: z
      .literal("none")
      .transform(() => undefined)
      .or(origin.transform((text) => new URL(text).origin)),
    default: "none",
  },
} as const satisfies SettingsTable;

/** How to reach Postgres. */
export const postgresSettings = {
  databaseUrl: { env: "DATABASE_URL", schema: url("postgres://", "postgresql://"), secret: true },
} as const satisfies SettingsTable;

/** The secret that api signs tickets with and realtime checks them with. */
export const ticketSettings = {
  ticketSecret: {
    env: "TICKET_SECRET",
    schema: z.string().min(32, "must have at least 32 characters"),
    secret: true,
  },
} as const satisfies SettingsTable;

const quicknetKey =
  "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";

/**
 * The public beacon that draws wait for, if any. Key, genesis and period are configured, never asked for: whoever
 * answers at the address can be late, but cannot lie. The defaults are drand's "quicknet".
 */
export const beaconSettings = {
  beaconUrl: {
    env: "DRAND_URL",
    schema: z
      .literal("none")
      .transform(() => undefined)
      .or(url("http://", "https://").transform((text) => text.replace(/\/+$/, ""))),
    default: "none",
  },
  beaconKey: {
    env: "DRAND_PUBLIC_KEY",
    schema: z.string().regex(/^[0-9a-f]{192}$/, "must be 192 hexadecimal digits"),
    default: quicknetKey,
  },
  beaconGenesisSeconds: { env: "DRAND_GENESIS_SECONDS", schema: whole, default: "1692803367" },
  beaconPeriodSeconds: {
    env: "DRAND_PERIOD_SECONDS",
    schema: whole.refine((value) => value > 0, "must be at least 1"),
    default: "3",
  },
} as const satisfies SettingsTable;
