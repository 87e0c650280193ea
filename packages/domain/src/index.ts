export { newPasswordSchema, userNameSchema } from "./account-rules.ts";
export {
  blockedWordLengthMax,
  blockedWordsMax,
  containsBlockedWord,
  normalizeBlockedWords,
} from "./blocked-words.ts";
export { coverHueOf } from "./cover-hue.ts";
export {
  type CoverFault,
  type CoverType,
  coverBytesMax,
  coverFaultSchema,
  coverFaultTexts,
  coverPixelsMax,
  coverRetryMs,
  coverSizeMin,
  coverTypeSchema,
  newCoverSchema,
} from "./covers/cover-rules.ts";
export { pictureHeadBytes, pictureTypeOf } from "./covers/picture-type.ts";
export type { Flight, Sky } from "./danmaku/flight-cover.ts";
export { reseatDanmaku, type SeatedFlight, seatDanmaku } from "./danmaku/seat-danmaku.ts";
export { type RankedNode, rankNodes } from "./discovery/rank-nodes.ts";
export { type HotFacts, hotScore } from "./hot-score.ts";
export type { Shown } from "./limiter/choose-danmaku.ts";
export { type LimitedEvent, type LimiterItem, limiterItemOf } from "./limiter/limiter-item.ts";
export {
  type LimiterSettings,
  type LimiterSettingsAt,
  limiterSettingsSchema,
} from "./limiter/limiter-settings.ts";
export { type Decision, windowItemsMax } from "./limiter/limiter-window.ts";
export { createRoomLimiter, limiterMemoryMs, type RoomLimiter } from "./limiter/room-limiter.ts";
export { assignPrizes, type Prize, type Win } from "./lottery/assign-prizes.ts";
export {
  type BeaconChain,
  type BeaconRound,
  beaconChainSchema,
  beaconLeadMs,
  beaconRoundSchema,
  drawRoundOf,
  roundTimeMs,
} from "./lottery/beacon.ts";
export {
  commitToSeed,
  type Draw,
  type DrawInput,
  draw,
  drawVersion,
  poolOf,
  poolRoot,
} from "./lottery/draw.ts";
export {
  type DrawRecord,
  type DrawRecordBody,
  drawRecordSchema,
  toDrawRecord,
} from "./lottery/draw-record.ts";
export { asksNothing, type EntryFacts, type Lack, lacksOf } from "./lottery/entry-conditions.ts";
export { type EntryProof, entryProofSchema, verifyEntryProof } from "./lottery/entry-proof.ts";
export { type Hashing, type Mac, utf8 } from "./lottery/hashing.ts";
export {
  cancelReasonSchema,
  type LotteryChange,
  lotteryChangeSchema,
  type NewLottery,
  newLotterySchema,
  openToAll,
} from "./lottery/lottery-rules.ts";
export { type MerkleTree, merkleRoot, merkleTree } from "./lottery/merkle-tree.ts";
export { trustSentence } from "./lottery/trust.ts";
export {
  type VerifyCheck,
  type VerifyReport,
  type VerifyTools,
  verifyDraw,
} from "./lottery/verify-draw.ts";
export {
  codePointsOf,
  danmakuCodePointsMax,
  normalizeMessageText,
  superCodePointsMax,
} from "./message-text.ts";
export { canModerate, isModeration } from "./permissions.ts";
export {
  type PartSize,
  partBytesOf,
  partCountOf,
  partFaultOf,
  type RecordingContentType,
  type RecordingFault,
  recordingBytesMax,
  recordingContentTypes,
  recordingFaults,
  recordingPartBytesMin,
  type UploadPlan,
  type UploadTotal,
  uploadFaultsOf,
} from "./recordings/recording-rules.ts";
export { emptyMoment, nextMoment, withoutMessage } from "./replay/room-moment.ts";
export { roomFaceOf } from "./room-face.ts";
export {
  newRoomSchema,
  oneLineSchema,
  roomDescriptionSchema,
  roomPasswordSchema,
  roomTitleSchema,
  slowModeMsSchema,
} from "./room-rules.ts";
export { type BucketFullAtUs, type BucketRule, takeFromBucket } from "./token-bucket.ts";
export { isWebhookEvent, type WebhookEvent, webhookEvents, webhookRetryMs } from "./webhook-events.ts";
