import {
  createHealth,
  createMeters,
  type Health,
  type Logger,
  type Meters,
  newId,
  type Service,
} from "@barrage/platform";
import { composeAuth } from "./compose-auth.ts";
import { composeOps } from "./compose-ops.ts";
import { composeRooms } from "./compose-rooms.ts";
import { composeUsers } from "./compose-users.ts";
import { composeWebhooks } from "./compose-webhooks.ts";
import type { ApiConfig } from "./config.ts";
import { withDeadline } from "./deadline.ts";
import type { LiveService } from "./features/ops/live-service.ts";
import { createApp } from "./http/create-app.ts";
import type { Fault } from "./http/trpc-endpoint.ts";
import { type Infrastructure, openInfrastructure } from "./infrastructure.ts";
import { createAppRouter } from "./router.ts";
import { askStorage } from "./storage.ts";
import { createAnswerCounter } from "./trpc/create-answer-counter.ts";

/** The whole api as one service. */
export interface Api extends Service {
  start(): Promise<void>;
  stop(signal: AbortSignal): Promise<void>;
  /** Where it listens. @throws before it has started */
  url(): string;
}

interface ApiOptions {
  readonly config: ApiConfig;
  readonly logger: Logger;
  readonly health?: Health;
  /** Where it counts what it does; left out, nobody reads it. */
  readonly meters?: Meters;
  /** For tests: puts something else in the place of a part. */
  readonly replace?: (infrastructure: Infrastructure) => Infrastructure;
}

const bodyBytesMax = 64 * 1_024;
const pingDeadlineMs = 1_000;

/** Makes the api; nothing is opened before it starts. */
export function createApi(options: ApiOptions): Api {
  const { config, logger, health = createHealth(), meters = createMeters() } = options;
  const closing = new AsyncDisposableStack();
  const answers = createAnswerCounter(meters);
  let server: Bun.Server<unknown> | null = null;
  let live: LiveService | undefined;

  async function start(): Promise<void> {
    const { counts } = answers;
    const opened = await openInfrastructure({ config, logger, health, meters, counts }, closing);
    const infrastructure = replaced(opened, options);
    health.require("nats", () => infrastructure.isNatsConnected());
    const { sessions, cookie } = composeAuth(infrastructure, closing);
    const rooms = composeRooms(infrastructure, closing);
    const ops = composeOps(infrastructure, { sessions, rooms: rooms.rooms.live, newId });
    ({ live } = ops);
    const router = createAppRouter({
      users: composeUsers(infrastructure, { sessions, cookie, newId }),
      ...rooms,
      webhooks: composeWebhooks(infrastructure),
      ops,
    });
    const app = createApp({
      router,
      sessions,
      cookie,
      webOrigins: config.webOrigins,
      trustedProxies: config.trustedProxies,
      bodyBytesMax,
      newId,
      onAnswered: (answered) => answers.count(answered),
      readObject: (key) => askStorage(infrastructure.media, ({ blobs }) => blobs.get(key)),
      notReadyBecause: () => whatIsMissing(infrastructure, health),
      onFault: (fault) => logFault(logger, fault),
    });
    server = app.listen({ hostname: config.host, port: config.port }).server;
    await infrastructure.announcer.start?.();
    closing.defer(async () => infrastructure.announcer.stop(AbortSignal.timeout(pingDeadlineMs)));
  }

  return {
    name: "api",
    start,
    async stop(signal) {
      // A stream has no end of its own, and would be waited for.
      live?.close();
      // No new connections, idle ones closed, requests in hand answered; what is left at the deadline is cut.
      await Promise.race([server?.stop(false), aborted(signal)]);
      await server?.stop(true);
      await closing.disposeAsync();
    },
    url: () => urlOf(config, server),
  };
}

function urlOf({ host }: ApiConfig, server: Bun.Server<unknown> | null): string {
  if (server === null) throw new Error("the api has not started");
  return `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${server.port}`;
}

function replaced(opened: Infrastructure, { replace }: ApiOptions): Infrastructure {
  return replace?.(opened) ?? opened;
}

function logFault(logger: Logger, { requestId, path, error }: Fault): void {
  logger.error({ requestId, path, code: error.code, error: error.cause }, "a procedure failed");
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

/** What keeps the api from doing all of its work. Redis does not: everything goes on without it. */
async function whatIsMissing(infrastructure: Infrastructure, health: Health): Promise<string[]> {
  const missing: string[] = [];
  if (!health.isReady()) missing.push("the start or the end");
  if (!infrastructure.isNatsConnected()) missing.push("nats");
  try {
    await withDeadline(infrastructure.database.ping(), pingDeadlineMs);
  } catch {
    missing.push("postgres");
  }
  return missing;
}
