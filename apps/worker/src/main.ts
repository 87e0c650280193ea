import { openDatabase } from "@barrage/db";
import {
  connectNats,
  createBus,
  createHealth,
  createHealthServer,
  createLogger,
  createMeters,
  createProcessAnnouncer,
  createRoomLog,
  createRoomStates,
  newId,
  observeQueries,
  openLiveSettings,
  openMedia,
  roomLogRetention,
  runApp,
  startTelemetry,
  watchProcess,
} from "@barrage/platform";
import { createMessageArchive } from "./archive/create-message-archive.ts";
import { workerConfig } from "./config.ts";
import { composeCovers } from "./covers/compose-covers.ts";
import { createHotRanking } from "./hot-rooms/create-hot-ranking.ts";
import { createLeaderService } from "./leader/create-leader-service.ts";
import { composeLottery } from "./lottery/compose-lottery.ts";
import { meterLags } from "./metrics/meter-lags.ts";
import { reportWork } from "./ops/report-work.ts";
import { createOutboxRelay } from "./outbox/create-outbox-relay.ts";
import { createRecordingChecks } from "./recordings/create-recording-checks.ts";
import { createRecordingCleanup } from "./recordings/create-recording-cleanup.ts";
import { createReplayArchive } from "./replay-archive/create-replay-archive.ts";
import { openArchiveStores } from "./replay-archive/open-archive-stores.ts";
import { createRoomStateRestorer } from "./room-states/create-room-state-restorer.ts";
import { createRoomStateWriter } from "./room-states/create-room-state-writer.ts";
import { createSweeps } from "./sweeps/create-sweeps.ts";
import { createViewerCounter } from "./viewers/create-viewer-counter.ts";
import { createWebhookQueue } from "./webhooks/create-webhook-queue.ts";
import { createWebhookSender } from "./webhooks/create-webhook-sender.ts";
import { isPublicAddress } from "./webhooks/public-address.ts";

const config = workerConfig.parseOrExit(process.env);
const logger = createLogger({ name: "worker", level: config.logLevel });
const telemetry = await startTelemetry({
  serviceName: "barrage-worker",
  endpoint: config.otlpEndpoint,
  sampleRatio: config.traceSampleRatio,
  logger,
});
const meters = createMeters({ logger });
const link = await connectNats({ url: config.natsUrl, name: "barrage-worker", logger });
const roomLog = await createRoomLog({ link, logger, retention: roomLogRetention(config), meters });
const database = openDatabase({
  url: config.databaseUrl,
  applicationName: "barrage-worker",
  onQuery: observeQueries(meters),
});
const settings = await openLiveSettings({ link, logger, meters, replicas: config.natsReplicas });
const bus = createBus({ link, logger });
const roomStates = createRoomStateWriter({
  database,
  roomStates: await createRoomStates({ link, logger, replicas: config.natsReplicas }),
});

const media = openMedia(config);
const archive = openArchiveStores(config);
const replayArchive =
  archive === undefined
    ? []
    : [createReplayArchive({ database, roomLog, ...archive, logger, runningEveryMs: config.archiveEveryMs })];

const recordings =
  media === undefined
    ? []
    : [
        createRecordingChecks({ database, media, newId, logger }),
        createRecordingCleanup({ database, media, logger }),
      ];

const leader = createLeaderService({
  databaseUrl: config.databaseUrl,
  jobs: [
    createOutboxRelay({ database, roomLog, roomStates, bus, logger }),
    createMessageArchive({ database, roomLog, logger }),
    createViewerCounter({ database, roomLog, bus, link, now: Date.now, logger }),
    createRoomStateRestorer({ database, roomLog, roomStates, logger }),
    createHotRanking({ database, logger }),
    createSweeps({ database, logger }),
    createWebhookQueue({ database, roomLog, logger }),
    createWebhookSender({
      database,
      logger,
      now: Date.now,
      random: Math.random,
      isOn: () => settings.get("features.webhooks"),
      mayReach: isPublicAddress,
    }),
    ...replayArchive,
    ...recordings,
    ...(media === undefined ? [] : composeCovers({ database, blobs: media.blobs, logger })),
    composeLottery({ database, roomLog, logger, beaconUrl: config.beaconUrl }),
  ],
  logger,
});

const health = createHealth();
health.require("nats", () => link.isConnected());
const healthServer = createHealthServer({ host: config.host, port: config.port, health, meters });
meterLags({ meters, database, link, isLeading: () => leader.isLeading() });

const isLeading = () => leader.isLeading();
const announcer = createProcessAnnouncer({
  link,
  bus,
  health,
  logger,
  id: newId(),
  role: "worker",
  work: () => reportWork({ database, link, isLeading }),
});

await runApp({
  services: [
    telemetry,
    healthServer,
    watchProcess(meters),
    { name: "nats", stop: () => link.close() },
    { name: "settings", stop: () => settings.close() },
    { name: "room log", stop: () => roomLog.close() },
    { name: "media", stop: () => media?.close() },
    { name: "archive", stop: () => archive?.close() },
    { name: "database", stop: () => database.close() },
    announcer,
    leader,
  ],
  logger,
  health,
  deadlineMs: config.shutdownDeadlineMs,
  url: healthServer.url,
});
