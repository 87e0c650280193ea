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
  newId,
  openLiveSettings,
  roomLogRetention,
  runApp,
  startTelemetry,
  watchProcess,
} from "@barrage/platform";
import { createAnnouncer } from "./announce.ts";
import { type RealtimeConfig, realtimeConfig } from "./config.ts";
import { createRealtimeNode } from "./realtime-node.ts";
import { openArchive } from "./replay/open-archive.ts";
import { settingDefaults } from "./settings/setting-defaults.ts";

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

  const link = await connectNats({ url: config.natsUrl, name: "realtime", logger });
  const redis = await createRedis({ url: config.redisUrl, name: "realtime", logger, meters });
  const log = await createRoomLog({ link, logger, retention: roomLogRetention(config), meters });
  const defaults = settingDefaults(config);
  const settings = await openLiveSettings({ link, logger, replicas: config.natsReplicas, defaults });
  const archive = openArchive(config);
  const bus = createBus({ link, logger });
  const nodeId = newId();
  const node = createRealtimeNode({
    config,
    logger,
    health,
    log,
    states: await createRoomStates({ link, logger, replicas: config.natsReplicas }),
    tickets: createTickets({ secret: config.ticketSecret, redis }),
    settings,
    bus,
    uniqueCounter: createUniqueCounter({ redis }),
    isLogReachable: () => link.isConnected(),
    nodeId,
    archive,
    random: Math.random,
    meters,
    ...(member && { groupFigures: () => member.groupFigures() }),
  });

  const announcer = createAnnouncer(node, { link, bus, logger, nodeId, config, settings });
  const upstream = {
    name: "upstream",
    async stop() {
      await log.close();
      await settings.close();
      await link.close();
      redis.close();
      archive?.close();
    },
  };

  return await runApp({
    services: [telemetry, watchProcess(meters), upstream, node, announcer],
    logger,
    health,
    deadlineMs: config.shutdownDeadlineMs,
    url: node.url,
    ...(member && { onReady: (url: string) => member.ready(url) }),
  });
}
