export type {
  EventItem,
  Failure,
  FeedItem,
  FeedPhase,
  FeedReason,
  MergedItem,
  ResetItem,
  SkippedItem,
  StateItem,
  UnknownItem,
} from "./feed/feed-item.ts";
export { createMessageKey } from "./message-key.ts";
export type { Clock, RoomFeedOptions } from "./options.ts";
export type { RoomJoin } from "./places.ts";
export type { ReplayPhase, ReplayPlaceItem, RoomReplayOptions } from "./replay/replay-options.ts";
export { type RoomReplay, replayRoom } from "./replay/replay-room.ts";
export type { InRoom, RoomsFeedItem, RoomsFeedOptions } from "./rooms/rooms-options.ts";
export { type RoomsFeed, subscribeRooms } from "./rooms/subscribe-rooms.ts";
export { type RoomFeed, subscribeRoom } from "./subscribe-room.ts";
export type { FetchLike } from "./transports/sse-transport.ts";
export type { WebSocketLike } from "./transports/ws-transport.ts";
export { type ReceivedWebhook, verifyWebhook } from "./webhooks/verify-webhook.ts";
