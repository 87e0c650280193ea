import {
  connectNats,
  createBus,
  createHealth,
  createLogger,
  createMeters,
  createRedis,
  createRoomLog,
  createRoomStates,
  createTickets,
  createUniqueCounter,
  joinProcessGroup,
  type Logger,
  type Meters,
  newId,
  openLiveSettings,
  roomLogRetention,
  runApp,
  type Service,
  startTelemetry,
  watchProcess,
} from "@barrage/platform";
import { type RealtimeConfig, realtimeConfig } from "./config.ts";
import { createRealtimeNode } from "./realtime-node.ts";
import { openArchive } from "./replay/open-archive.ts";
import { settingDefaults } from "./settings/setting-defaults.ts";

/** What a node stands on. */
async function openUpstream(config: RealtimeConfig, { logger, meters }: Reporting) {
  const link = await connectNats({ url: config.natsUrl, name: "realtime", logger });
  const redis = await createRedis({ url: config.redisUrl, name: "realtime", logger, meters });
  const log = await createRoomLog({ link, logger, retention: roomLogRetention(config), meters });
  const replicas = config.natsReplicas;
  const states = await createRoomStates({ link, logger, replicas });
  const defaults = settingDefaults(config);
  const settings = await openLiveSettings({ link, logger, meters, replicas, defaults });
  const archive = openArchive(config);
  const service: Service = {
    name: "upstream",
    async stop() {
      await log.close();
      await settings.close();
      await link.close();
      redis.close();
      archive?.close();
    },
  };
  return { link, redis, log, states, settings, archive, service };
}

interface Reporting {
  readonly logger: Logger;
  readonly meters: Meters;
}

/** Runs a push node in this process, until it is asked to stop. Ends the process. */
export async function runNode(config: RealtimeConfig): Promise<never> {
  const logger = createLogger({ name: "realtime", level: config.logLevel });
  logger.debug({ config: realtimeConfig.redacted(config) }, "configured");
  const health = createHealth();
  const { otlpEndpoint: endpoint, traceSampleRatio: sampleRatio } = config;
  const telemetry = await startTelemetry({ serviceName: "barrage-realtime", endpoint, sampleRatio, logger });
  const meters = createMeters({ logger });
  const member =
    config.processIndex === undefined ? undefined : joinProcessGroup({ figures: () => node.figures() });
  const upstream = await openUpstream(config, { logger, meters });
  const { link, redis } = upstream;
  const node = createRealtimeNode({
    ...upstream,
    config,
    logger,
    health,
    tickets: createTickets({ secret: config.ticketSecret, redis }),
    bus: createBus({ link, logger }),
    uniqueCounter: createUniqueCounter({ redis }),
    nodeId: newId(),
    random: Math.random,
    meters,
    ...(member && { groupFigures: () => member.groupFigures() }),
  });
  return await runApp({
    services: [telemetry, watchProcess(meters), upstream.service, node],
    logger,
    health,
    deadlineMs: config.shutdownDeadlineMs,
    url: node.url,
    ...(member && { onReady: (url: string) => member.ready(url) }),
  });
}
