import { type Database, openDatabase } from "@barrage/db";
import {
  type Bus,
  connectNats,
  createBus,
  createProcessAnnouncer,
  createProcessBoard,
  createRate,
  createRateLimiter,
  createRedis,
  createRoomLog,
  createSettingsStore,
  createTickets,
  createVolatileStore,
  type Health,
  type LiveSettings,
  type Logger,
  type Media,
  type Meters,
  type NatsLink,
  newId,
  observeQueries,
  openLiveSettings,
  openMedia,
  type ProcessBoard,
  type RateLimiter,
  type RoomLog,
  roomLogRetention,
  type Service,
  type SettingsStore,
  type SettingsValues,
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
  /** Tells of this process; to be started when it listens. */
  readonly announcer: Service;
  readonly board: ProcessBoard;
  readonly settings: LiveSettings;
  readonly settingsStore: SettingsStore;
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
  readonly health: Pick<Health, "onReady">;
  readonly meters: Meters;
  readonly counts: AnswerCounts;
}

/** What this process has answered since its start. */
interface AnswerCounts {
  readonly all: number;
  /** By a fault of ours. */
  readonly failed: number;
}

const passwordsWaitingMax = 64;

/** What this process' environment says of settings that are live. */
const settingDefaults = (config: ApiConfig) =>
  ({
    "accounts.registersPerHour": config.registersPerHour,
    "accounts.loginsPerMinute": config.loginsPerMinute,
    "accounts.loginsPerMinuteAndName": config.loginsPerMinuteAndName,
  }) satisfies Partial<SettingsValues>;

/**
 * Opens the connections. Postgres and Redis may be down; NATS is waited for.
 * What was opened is handed to `closing`, also when a later step fails; it closes in reverse order.
 * @throws when NATS can't be reached in time or refuses the room log
 */
export async function openInfrastructure(
  { config, logger, health, meters, counts }: InfrastructureDeps,
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
  const shared = await openShared({ config, link, logger, meters, health, counts }, closing);
  const media = openMedia(config);
  closing.defer(() => media?.close());
  return {
    config,
    logger,
    database,
    ...shared,
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

interface SharedDeps extends Pick<InfrastructureDeps, "config" | "logger" | "meters" | "health" | "counts"> {
  readonly link: NatsLink;
}

/** What this process shares with all others: their talk, their settings, and who they are. */
async function openShared(deps: SharedDeps, closing: AsyncDisposableStack) {
  const { config, link, logger, meters, health, counts } = deps;
  const replicas = config.natsReplicas;
  const settings = await openLiveSettings({
    link,
    logger,
    meters,
    replicas,
    defaults: settingDefaults(config),
  });
  closing.defer(() => settings.close());
  const bus = createBus({ link, logger });
  const board = createProcessBoard({ bus, link, logger, now: () => performance.now() });
  closing.defer(() => board.close());
  const requests = createRate(() => counts.all);
  const failures = createRate(() => counts.failed);
  const announcer = createProcessAnnouncer({
    link,
    bus,
    health,
    logger,
    id: newId(),
    role: "api",
    work: (sinceS) => ({ api: { requestsPerS: requests(sinceS), failuresPerS: failures(sinceS) } }),
  });
  return { bus, board, announcer, settings, settingsStore: createSettingsStore({ link, replicas }) };
}
