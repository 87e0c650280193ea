import { availableParallelism } from "node:os";
import {
  defineConfig,
  natsSettings,
  objectSettings,
  redisSettings,
  serverSettings,
  ticketSettings,
} from "@barrage/platform";
import { z } from "zod";

const processesMax = 64;
const count = z
  .string()
  .regex(/^[1-9]\d*$/, "must be a whole number above 0")
  .transform(Number);
const perSecond = count.refine((value) => value <= 1_000, "must be at most 1000");
/** The server closes a stream by itself after at most 255 s without a write. */
const withinTimeout = count.refine((value) => value <= 240_000, "must be at most 240000");
const millis = z.string().regex(/^\d+$/, "must be a whole number of milliseconds").transform(Number);

const unless = (none: "none") => z.literal(none).transform(() => undefined);
const path = unless("none").or(z.string().min(1));
const filledIn = (text: string) => text.replaceAll("{port}", "1").replaceAll("{hostname}", "host");
const publicUrl = unless("none").or(
  z
    .string()
    .refine(
      (text) => /^https?:\/\/[^{}]+$/.test(filledIn(text)) && URL.canParse(filledIn(text)),
      "must be an http(s) URL; {port} and {hostname} are filled in",
    )
    .transform((text) => text.replace(/\/+$/, "")),
);

/** Every setting of a realtime node. */
export const realtimeConfig = defineConfig({
  ...serverSettings,
  /** Long enough to move the viewers of this node at their pace. */
  shutdownDeadlineMs: { ...serverSettings.shutdownDeadlineMs, default: "60000" },
  /** So many processes serve the one port; `auto`: one per core. Limits of connections are for all of them together. */
  processes: {
    env: "PROCESSES",
    schema: z
      .literal("auto")
      .transform(() => availableParallelism())
      .or(count.refine((value) => value <= processesMax, `must be at most ${processesMax}`)),
    default: "1",
  },
  /** Which of them this one is: set by their supervisor, and by nobody else. */
  processIndex: {
    env: "PROCESS_INDEX",
    schema: unless("none").or(z.string().regex(/^\d+$/, "must be a whole number").transform(Number)),
    default: "none",
  },
  /** PEM files. With both the node speaks https and wss, and HTTP/2 to clients that take it: no limit of six streams. */
  tlsCertFile: { env: "TLS_CERT_FILE", schema: path, default: "none" },
  tlsKeyFile: { env: "TLS_KEY_FILE", schema: path, default: "none" },
  /** Where HTTP/2 is spoken: `tls`, where there is a certificate; `always`, without one too (h2c, by prior knowledge). */
  http2: { env: "HTTP2", schema: z.enum(["tls", "always", "off"]), default: "tls" },
  ...natsSettings,
  ...redisSettings,
  ...ticketSettings,
  ...objectSettings,
  /** The sites whose pages may read here, with commas between; `http://localhost:3000,https://example.org`. */
  webOrigins: {
    env: "WEB_ORIGINS",
    schema: z.string().transform((text) =>
      text
        .split(",")
        .map((origin) => origin.trim().replace(/\/$/, ""))
        .filter(Boolean),
    ),
    default: "http://localhost:3000",
  },
  /**
   * Where browsers reach this process itself, `{port}` and `{hostname}` filled in: then viewers are sent to it by name.
   * Empty: only by the address that is common to all nodes (`REALTIME_URL` of the api).
   */
  publicUrl: { env: "PUBLIC_URL", schema: publicUrl, default: "none" },
  /** Believe `X-Forwarded-For`: only behind a proxy of ours that sets it. */
  trustProxy: { env: "TRUST_PROXY", schema: z.stringbool(), default: "false" },
  connectionsMax: { env: "CONNECTIONS_MAX", schema: count, default: "50000" },
  connectionsPerUserMax: { env: "CONNECTIONS_PER_USER_MAX", schema: count, default: "50" },
  /** New connections a second; more wait for up to `acceptWaitMsMax`, or are told to come back. */
  acceptsPerSecond: { env: "ACCEPTS_PER_SECOND", schema: count, default: "2000" },
  acceptWaitMsMax: { env: "ACCEPT_WAIT_MS_MAX", schema: millis, default: "1000" },
  connectionsPerAddressMax: { env: "CONNECTIONS_PER_ADDRESS_MAX", schema: count, default: "10000" },
  /** One connection that follows several rooms follows at most so many. */
  roomsPerConnectionMax: { env: "ROOMS_PER_CONNECTION_MAX", schema: count, default: "50" },
  roomsMax: { env: "ROOMS_MAX", schema: count, default: "10000" },
  roomLingerMs: { env: "ROOM_LINGER_MS", schema: millis, default: "10000" },
  heartbeatMs: { env: "HEARTBEAT_MS", schema: withinTimeout, default: "15000" },
  /** The longest that an event waits for others when the node is busy. 0: never. */
  tickMsMax: { env: "TICK_MS_MAX", schema: millis, default: "25" },
  /** Compress event streams for clients that take it. */
  sseGzip: { env: "SSE_GZIP", schema: z.stringbool(), default: "true" },
  /** Danmaku shown per second in a crowded room, on desktops and on small screens. */
  budgetDesktop: { env: "BUDGET_DESKTOP", schema: perSecond, default: "40" },
  budgetSmall: { env: "BUDGET_SMALL", schema: perSecond, default: "15" },
  /** How often rooms that fell silent are looked at for what the limiter still holds back. */
  silenceTickMs: { env: "SILENCE_TICK_MS", schema: count, default: "50" },
  tailCheckMs: { env: "TAIL_CHECK_MS", schema: count, default: "5000" },
  /** What the pages of all replays together may hold in memory. */
  replayBytesMax: { env: "REPLAY_BYTES_MAX", schema: count, default: String(128 * 1024 * 1024) },
  shedBytes: { env: "SHED_BYTES", schema: count, default: String(256 * 1024) },
  closeBytes: { env: "CLOSE_BYTES", schema: count, default: String(1024 * 1024) },
  stalledMsMax: { env: "STALLED_MS_MAX", schema: withinTimeout, default: "60000" },
  resumeEventsMax: { env: "RESUME_EVENTS_MAX", schema: count, default: "20000" },
  /** A node that goes away moves so many per cent of its viewers in a second; faster when its deadline is near. */
  drainPercentPerSecond: { env: "DRAIN_PERCENT_PER_SECOND", schema: count, default: "2" },
  /** Before the first viewer is moved: load balancers need a moment to see that this node takes nobody any more. */
  drainNoticeMs: { env: "DRAIN_NOTICE_MS", schema: millis, default: "1000" },
  /** Viewers that are sent away together come back within this time. */
  goodbyeSpreadMs: { env: "GOODBYE_SPREAD_MS", schema: millis, default: "5000" },
});

/** A realtime node's settings. */
export type RealtimeConfig = ReturnType<typeof realtimeConfig.parse>;
