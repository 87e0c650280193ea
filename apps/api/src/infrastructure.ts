import { type Database, openDatabase } from "@barrage/db";
import {
  type Bus,
  connectNats,
  createBus,
  createRateLimiter,
  createRedis,
  createRoomLog,
  createTickets,
  createVolatileStore,
  type Logger,
  type Media,
  type Meters,
  observeQueries,
  openMedia,
  type RateLimiter,
  type RoomLog,
  roomLogRetention,
  type Tickets,
  type VolatileStore,
} from "@barrage/platform";
import { createPasswordHasher, type PasswordHasher } from "./auth/password-hasher.ts";
import type { ApiConfig } from "./config.ts";

/** What the features are built on: the open connections, and what all features share. */
export interface Infrastructure {
  readonly config: ApiConfig;
  readonly logger: Logger;
  readonly database: Database;
  readonly bus: Bus;
  readonly roomLog: RoomLog;
  readonly rateLimiter: RateLimiter;
  readonly store: VolatileStore;
  readonly tickets: Tickets;
  readonly passwords: PasswordHasher;
  /** Covers and recordings; undefined where there is no object store. */
  readonly media: Media | undefined;
  /** Whether the room log can be written now. */
  isNatsConnected(): boolean;
}

interface InfrastructureDeps {
  readonly config: ApiConfig;
  readonly logger: Logger;
  readonly meters: Meters;
}

const passwordsWaitingMax = 64;

/**
 * Opens the connections. Postgres and Redis may be down; NATS is waited for.
 * What was opened is handed to `closing`, also when a later step fails; it closes in reverse order.
 * @throws when NATS can't be reached in time or refuses the room log
 */
export async function openInfrastructure(
  { config, logger, meters }: InfrastructureDeps,
  closing: AsyncDisposableStack,
): Promise<Infrastructure> {
  const database = openDatabase({
    url: config.databaseUrl,
    applicationName: "barrage-api",
    poolMax: config.databasePoolMax,
    onQuery: observeQueries(meters),
  });
  closing.defer(() => database.close());
  const redis = await createRedis({ url: config.redisUrl, name: "barrage-api", logger, meters });
  closing.defer(() => redis.close());
  const link = await connectNats({ url: config.natsUrl, name: "barrage-api", logger });
  closing.defer(() => link.close());
  const roomLog = await createRoomLog({ link, logger, retention: roomLogRetention(config), meters });
  closing.defer(() => roomLog.close());
  const media = openMedia(config);
  closing.defer(() => media?.close());
  return {
    config,
    logger,
    database,
    bus: createBus({ link, logger }),
    roomLog,
    rateLimiter: createRateLimiter({ redis }),
    store: createVolatileStore(redis),
    media,
    tickets: createTickets({ secret: config.ticketSecret, redis }),
    passwords: await createPasswordHasher({
      concurrentMax: config.passwordHashesAtOnce,
      waitingMax: passwordsWaitingMax,
    }),
    isNatsConnected: () => link.isConnected(),
  };
}
