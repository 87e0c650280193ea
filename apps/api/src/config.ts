import {
  beaconSettings,
  defineConfig,
  mediaSettings,
  natsSettings,
  objectSettings,
  postgresSettings,
  redisSettings,
  serverSettings,
  ticketSettings,
} from "@barrage/platform";
import { z } from "zod";

const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, "must be a whole number from 1")
  .transform(Number);
const duration = z
  .string()
  .regex(/^[1-9]\d{0,12}$/, "must be a number of milliseconds from 1")
  .transform(Number);
const dayMs = 24 * 60 * 60 * 1_000;

const isOrigin = (text: string) =>
  /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;

const webOrigins = z
  .string()
  .transform((text) => text.split(",").map((origin) => origin.trim()))
  .refine(
    (origins) => origins.every(isOrigin),
    "must be origins such as https://barrage.example, with commas between",
  )
  // One cookie for all of them: it is either Secure or not.
  .refine((origins) => new Set(origins.map((origin) => new URL(origin).protocol)).size <= 1, {
    message: "must be all https or all http",
    abort: true,
  })
  .transform((origins): ReadonlySet<string> => new Set(origins));

const realtimeUrl = z
  .string()
  .refine((text) => /^https?:\/\//.test(text) && URL.canParse(text), "must be an http(s) URL")
  .transform((text) => text.replace(/\/+$/, ""));

/** Everything that the api reads from its environment. */
export const apiConfig = defineConfig({
  ...serverSettings,
  ...postgresSettings,
  ...redisSettings,
  ...natsSettings,
  ...ticketSettings,
  ...beaconSettings,
  ...objectSettings,
  ...mediaSettings,
  /** Where `/metrics`, and health besides, are served for those who run this; `none`: nowhere. */
  metricsPort: {
    env: "METRICS_PORT",
    schema: z
      .literal("none")
      .transform(() => undefined)
      .or(serverSettings.port.schema),
    default: "none",
  },
  databasePoolMax: { env: "DATABASE_POOL_MAX", schema: count, default: "10" },
  /** Where administrators look at traces; `none`: the page shows no link. */
  tracesUrl: {
    env: "TRACES_URL",
    schema: z
      .literal("none")
      .transform(() => undefined)
      .or(realtimeUrl),
    default: "none",
  },
  /** The pages that may use this api from a browser. */
  webOrigins: { env: "WEB_ORIGINS", schema: webOrigins },
  /** Where browsers find the realtime nodes. */
  realtimeUrl: { env: "REALTIME_URL", schema: realtimeUrl },
  /** How many proxies in front of us add to X-Forwarded-For; 0: the header is ignored. */
  trustedProxies: {
    env: "TRUSTED_PROXIES",
    schema: z.string().regex(/^\d$/, "must be a number from 0 to 9").transform(Number),
    default: "0",
  },
  sessionIdleMs: { env: "SESSION_IDLE_MS", schema: duration, default: String(14 * dayMs) },
  sessionAbsoluteMs: { env: "SESSION_ABSOLUTE_MS", schema: duration, default: String(90 * dayMs) },
  /** Argon2 runs at the same time; each takes 19 MiB and a core. */
  passwordHashesAtOnce: { env: "PASSWORD_HASHES_AT_ONCE", schema: count, default: "4" },
  /** By address. */
  registersPerHour: { env: "REGISTERS_PER_HOUR", schema: count, default: "30" },
  /** By address. */
  loginsPerMinute: { env: "LOGINS_PER_MINUTE", schema: count, default: "30" },
  /** By name, from whatever addresses. */
  loginsPerMinuteAndName: { env: "LOGINS_PER_MINUTE_AND_NAME", schema: count, default: "10" },
});

/** The api's configuration. */
export type ApiConfig = ReturnType<typeof apiConfig.parse>;
