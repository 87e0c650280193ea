export { type Database, type DatabaseOptions, type Orm, openDatabase } from "./database.ts";
export {
  fromDatabaseError,
  isDatabaseUnavailable,
  isRefusedData,
  isUniqueViolation,
} from "./database-error.ts";
export { migrateDatabase } from "./migrate.ts";
export {
  type AuthLifetimes,
  type AuthSessionRow,
  deleteAuthSession,
  deleteAuthSessionOf,
  deleteAuthSessionsOf,
  type FoundAuthSession,
  findAuthSessions,
  insertAuthSession,
  listAuthSessions,
  sweepExpiredAuthSessions,
  updateAuthSessionIdleEnd,
} from "./queries/auth-sessions.ts";
export {
  type CoverUploadKey,
  type CoverUploadRow,
  delayCoverUpload,
  deleteCoverUpload,
  findCoverOfHost,
  listDueCoverUploads,
  markCoverUploaded,
  type NewCoverUpload,
  replaceCoverUpload,
  settleCoverUpload,
} from "./queries/cover-uploads.ts";
export { countFollowers, deleteFollow, insertFollow, isFollowing } from "./queries/follows.ts";
export { type HotRoomRow, listHotRooms, updateHotScores } from "./queries/hot-scores.ts";
export {
  findLottery,
  type LotteryMarkRow,
  type LotteryPage,
  type LotteryRow,
  type LotteryState,
  type LotteryWinnerRow,
  listLotteriesEntered,
  listLotteriesOfRoom,
  listLotteryMarks,
  listStandings,
  listWinners,
  type StandingRow,
} from "./queries/lotteries.ts";
export {
  type AuditAction,
  type AuditRow,
  appendToAudit,
  listAudit,
  type NewAuditRow,
} from "./queries/lottery-audit.ts";
export {
  cancelLottery,
  countPendingLotteries,
  endLottery,
  findLotteryRoom,
  hasEntries,
  insertLottery,
  type LockedLottery,
  type LotteryPatch,
  lockLottery,
  lockRoomRow,
  type NewLotteryRow,
  updateLottery,
} from "./queries/lottery-changes.ts";
export {
  countEntries,
  type EntryFactsRow,
  type EntryKey,
  type EntryOutcome,
  enterLotteries,
  findEntry,
  findEntryFacts,
  type NewEntry,
  type PoolEntry,
  readPool,
  withdrawEntry,
} from "./queries/lottery-entries.ts";
export {
  type DrawnResult,
  type DueLottery,
  delayLottery,
  findSeed,
  freezeLottery,
  type LotteryPass,
  type LotteryStep,
  listDueLotteries,
  listOpenCounts,
  listPhraseSearches,
  markClosingTold,
  markOpeningTold,
  movePhraseSearch,
  type PhraseSearch,
  publishLottery,
  recordDraw,
  type Seal,
  sealLottery,
} from "./queries/lottery-sweep.ts";
export {
  archiveMessages,
  type NewMessageRow,
  removeArchiveOf,
} from "./queries/message-archive.ts";
export {
  findMessage,
  type HistoryPage,
  listMessages,
  type MessagePosition,
  type MessageRow,
  markMessageDeleted,
} from "./queries/messages.ts";
export {
  countModerators,
  countSanctions,
  deleteModerator,
  deleteSanction,
  findMember,
  findMemberByName,
  findModerationOf,
  findRoomPolicy,
  insertModerator,
  listModerators,
  listSanctions,
  type Member,
  type RoomPolicyRow,
  type SanctionedRow,
  type SanctionKind,
  upsertSanction,
} from "./queries/moderation.ts";
export {
  delayRemovals,
  deleteRemoval,
  listDueRemovals,
  type ObjectRemoval,
  queueObjectRemovals,
} from "./queries/object-removals.ts";
export {
  listWaitingEvents,
  markRelayed,
  sweepRelayedEvents,
  type WaitingEvent,
} from "./queries/outbox-relay.ts";
export { appendToOutbox, type OutboxEvent } from "./queries/outbox-write.ts";
export { countLotteryStates, type OutboxLag, readOutboxLag } from "./queries/platform-lags.ts";
export {
  delayRecording,
  expireRecordings,
  failRecording,
  finishRecording,
  listRecordingsToClean,
  listUncheckedRecordings,
  markOriginalGone,
  markRecordingGone,
  sweepFailedRecordings,
} from "./queries/recording-work.ts";
export {
  abortRecordingUpload,
  completeRecordingUpload,
  findOwnRecording,
  findRecording,
  forgetRecording,
  insertRecording,
  listRecordings,
  type NewRecording,
  type RecordingClaim,
  type RecordingRefusal,
  type RecordingRow,
  removeRecording,
  setRecordingUpload,
  touchRecording,
} from "./queries/recordings.ts";
export {
  type ArchiveState,
  countDanmakuByTime,
  findReplay,
  type GiftMarkRow,
  type HeatQuery,
  listGiftMarks,
  listRecentReplays,
  type ReplayListPosition,
  type ReplayRow,
} from "./queries/replays.ts";
export {
  closeSession,
  findLiveRoomIdOf,
  findNewestSession,
  hasSession,
  listSessions,
  openSession,
  type SessionListPosition,
  type SessionRow,
} from "./queries/room-sessions.ts";
export { findRoomStates, listRoomIds, type RoomStateRow } from "./queries/room-states.ts";
export { listRoomTitles } from "./queries/room-titles.ts";
export {
  deleteRoom,
  findRoom,
  findRoomPasswordHash,
  findStreamKey,
  insertRoom,
  type ListedRoomRow,
  listPublicRooms,
  listRoomsOf,
  type NewRoomRow,
  type RoomListOrder,
  type RoomListPosition,
  type RoomPatch,
  type RoomRow,
  updateRoom,
} from "./queries/rooms.ts";
export {
  isRoomKnownTo,
  type LockedRoom,
  lockRoom,
  lockRoomFace,
  type RoomClaim,
  type RoomFaceRow,
} from "./queries/rooms-lock.ts";
export {
  type ArchiveStep,
  commitArchiveStep,
  cutSessionArchive,
  deleteSessionArchive,
  endSessionArchive,
  findOldestUnarchivedSeq,
  findSessionArchive,
  listArchiveParts,
  listDeletedMessages,
  listDueArchives,
  listMessagesInLogOrder,
  markIndexWritten,
  openSessionArchive,
  removeSessionArchivesOf,
  type SessionArchiveRow,
  touchArchiveOfMessage,
} from "./queries/session-archives.ts";
export {
  findManagedUser,
  insertSuspension,
  liftSuspension,
  listSuspensions,
  lockUser,
  type ManagedUserRow,
  type NewSuspension,
  type SuspensionRow,
  searchUsers,
} from "./queries/user-suspensions.ts";
export {
  findCredentialsByName,
  findPasswordHash,
  findUserByName,
  holdPasswordHash,
  insertUser,
  listAdministrators,
  listUsersNamed,
  replacePasswordHash,
  setAdministrator,
  type UserCredentials,
  type UserRow,
} from "./queries/users.ts";
export {
  type ChangedViewerCount,
  listWatchedRooms,
  updateUniqueViewers,
  updateViewerCounts,
  type ViewerCount,
} from "./queries/viewer-counts.ts";
export { creditWatchTime } from "./queries/watch-times.ts";
export {
  type AttemptOutcome,
  type DueDelivery,
  type DueQuery,
  listDueDeliveries,
  queueDeliveries,
  recordAttempt,
  sweepDeliveries,
  type WebhookCause,
} from "./queries/webhook-queue.ts";
export {
  type DeliveryRow,
  deleteWebhook,
  insertWebhook,
  listDeliveries,
  listWebhooks,
  resendDelivery,
  type WebhookRow,
} from "./queries/webhooks.ts";
export { type LeaderOptions, runAsLeader } from "./run-as-leader.ts";
export type { LotteryBeacon } from "./schema/lotteries.ts";
export type { QueryWatcher, WatchedQuery } from "./watch-queries.ts";
