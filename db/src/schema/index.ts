export { coverUploads, objectRemovals } from "./covers.ts";
export {
  lotteries,
  lotteryAudit,
  lotteryEntries,
  lotteryPrizes,
  lotterySeeds,
  lotteryWinners,
  watchTimes,
} from "./lotteries.ts";
export { messages } from "./messages.ts";
export { outbox } from "./outbox.ts";
export { recordings } from "./recordings.ts";
export { roomModerators, roomSanctions, roomSessions, rooms } from "./rooms.ts";
export { archiveParts, sessionArchives } from "./session-archives.ts";
export { authSessions, follows, userSuspensions, users } from "./users.ts";
export { webhookDeliveries, webhooks } from "./webhooks.ts";
