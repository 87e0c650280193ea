export { newId } from "./ids/new-id.ts";
export { createLogger, type Logger, type LogLevel } from "./log/create-logger.ts";
export { connectNats, type NatsLink } from "./nats/connect-nats.ts";
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
  Subscribed,
} from "./nats/room-log.ts";
export type { RoomLogRetention } from "./nats/room-stream.ts";
