export { createStaleCache, type StaleCache } from "./cache/stale-cache.ts";
export {
  beaconSettings,
  mediaSettings,
  natsSettings,
  objectSettings,
  postgresSettings,
  redisSettings,
  roomLogRetention,
  serverSettings,
  ticketSettings,
} from "./config/common-settings.ts";
export {
  ConfigError,
  type ConfigOf,
  defineConfig,
  type Env,
  type Setting,
  type SettingsTable,
} from "./config/define-config.ts";
export { createRate } from "./discovery/create-rate.ts";
export { createProcessAnnouncer } from "./discovery/process-announcer.ts";
export { createProcessBoard, type ProcessBoard } from "./discovery/process-board.ts";
export type { LimiterReport, ProcessDetails, WorkReport } from "./discovery/process-details.ts";
export { type ProcessReport, processReportSchema, type ViewerLoad } from "./discovery/process-report.ts";
export { createHealthServer, type HealthServer, metricsResponse } from "./http/health-server.ts";
export { newId } from "./ids/new-id.ts";
export { createHealth, type Health } from "./lifecycle/health.ts";
export { runApp } from "./lifecycle/run-app.ts";
export type { Service } from "./lifecycle/service.ts";
export { sleepUnlessAborted } from "./lifecycle/sleep-unless-aborted.ts";
export { createLogger, type Logger, type LogLevel } from "./log/create-logger.ts";
export { type BeaconClient, createBeaconClient, type MissingRound } from "./lottery/beacon-client.ts";
export { verifyBeaconRound } from "./lottery/beacon-signature.ts";
export { createNativeHashing } from "./lottery/native-hashing.ts";
export { createMeters, type Meter, type Meters, secondsBuckets } from "./metrics/meters.ts";
export { observeQueries, type QueryObserver } from "./metrics/observe-queries.ts";
export { watchProcess } from "./metrics/watch-process.ts";
export { type AuthRevoked, busTopics, type Presence, type RollCall } from "./nats/bus-topics.ts";
export { connectNats, type NatsLink } from "./nats/connect-nats.ts";
export { type ConsumerLag, listConsumerLags } from "./nats/consumer-lags.ts";
export { type Bus, createBus } from "./nats/create-bus.ts";
export { createRoomLog, type RoomLogLimits } from "./nats/create-room-log.ts";
export type {
  ConsumedEntry,
  ConsumeOptions,
  FollowHandlers,
  LogBounds,
  LogEntry,
  LogPage,
  Published,
  PublishOptions,
  ReadRange,
  RoomLog,
  StoredEntry,
  Subscribed,
} from "./nats/room-log.ts";
export { createRoomStates, type RoomState, type RoomStates, roomStateSchema } from "./nats/room-states.ts";
export type { RoomLogRetention } from "./nats/room-stream.ts";
export { type BlobHead, type BlobStore, createBlobStore } from "./objects/blob-store.ts";
export {
  coverKey,
  coverPrefix,
  coversPrefix,
  coverUploadKey,
  coverUploadPrefix,
  coverUploadsPrefix,
} from "./objects/cover-keys.ts";
export { createObjectStore, type ObjectStore } from "./objects/object-store.ts";
export { type Media, openMedia } from "./objects/open-media.ts";
export { type RecordingKeys, recordingKeys } from "./objects/recording-keys.ts";
export { type SetupStep, setUpBucket } from "./objects/set-up-bucket.ts";
export { type StoreConfig, storeAccess } from "./objects/store-access.ts";
export type { Completion, PartedUpload, UploadedPart, UploadStore } from "./objects/upload-store.ts";
export type { DownloadHeaders, UrlSigner } from "./objects/url-signer.ts";
export { createProcessGroup } from "./processes/process-group.ts";
export { joinProcessGroup } from "./processes/process-member.ts";
export { createRedis, type RedisLink } from "./redis/create-redis.ts";
export { createRateLimiter, type RateLimiter, type RateVerdict } from "./redis/rate-limiter.ts";
export { createUniqueCounter, type UniqueCounter } from "./redis/unique-counter.ts";
export { createVolatileStore, type VolatileStore } from "./redis/volatile-store.ts";
export { chainStart } from "./replay/archive-chain.ts";
export {
  type ArchiveBlock,
  type ArchiveIndex,
  type ArchivePart,
  archiveIndexKey,
  archiveIndexSchema,
  archivePartSchema,
  archivePrefix,
} from "./replay/archive-index.ts";
export type { ArchivedEvent } from "./replay/archive-lines.ts";
export { type EventRun, eventRunOf, eventsOf } from "./replay/event-run.ts";
export {
  type ArchivePosition,
  archiveStart,
  createPartWriter,
  type PartWriter,
  partBytesMax,
  type WrittenPart,
} from "./replay/part-writer.ts";
export { ArchiveDamagedError, readBlock } from "./replay/read-block.ts";
export { settingLeadMs } from "./settings/known-settings.ts";
export { type LiveSettings, openLiveSettings } from "./settings/live-settings.ts";
export { parseSettingText } from "./settings/parse-setting-text.ts";
export type { LiveSetting } from "./settings/setting.ts";
export type { SettingAuthor, SettingRecord } from "./settings/setting-record.ts";
export { createSettingsStore, type SettingChange, type SettingsStore } from "./settings/settings-store.ts";
export {
  isSettingName,
  type SettingName,
  type SettingsValues,
  settingNames,
  settingsTable,
} from "./settings/settings-table.ts";
export { currentTraceparent, withSpan, withSpanNow } from "./telemetry/span.ts";
export { startTelemetry } from "./telemetry/start-telemetry.ts";
export { tracesOf } from "./telemetry/traces-of.ts";
export { createTickets, type TicketHolder, type Tickets, ticketLifeMs } from "./tickets/create-tickets.ts";
