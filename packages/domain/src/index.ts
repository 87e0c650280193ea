export { newPasswordSchema, userNameSchema } from "./account-rules.ts";
export {
  blockedWordLengthMax,
  blockedWordsMax,
  containsBlockedWord,
  normalizeBlockedWords,
} from "./blocked-words.ts";
export type { Shown } from "./limiter/choose-danmaku.ts";
export { type LimiterItem, limiterItemOf } from "./limiter/limiter-item.ts";
export { type LimiterSettings, limiterSettingsSchema } from "./limiter/limiter-settings.ts";
export type { Decision } from "./limiter/limiter-window.ts";
export { createRoomLimiter, type RoomLimiter } from "./limiter/room-limiter.ts";
export { assignPrizes, type Prize, type Win } from "./lottery/assign-prizes.ts";
export {
  commitToSeed,
  type Draw,
  type DrawInput,
  draw,
  drawVersion,
  poolOf,
  poolRoot,
} from "./lottery/draw.ts";
export type { Hashing, Mac } from "./lottery/hashing.ts";
export { merkleProof, merkleRoot, type ProofStep, verifyMerkleProof } from "./lottery/merkle-tree.ts";
export {
  codePointsOf,
  danmakuCodePointsMax,
  normalizeMessageText,
  superCodePointsMax,
} from "./message-text.ts";
export { canModerate, isModeration } from "./permissions.ts";
export {
  newRoomSchema,
  roomDescriptionSchema,
  roomPasswordSchema,
  roomTitleSchema,
  slowModeMsSchema,
} from "./room-rules.ts";
export { type BucketFullAtUs, type BucketRule, takeFromBucket } from "./token-bucket.ts";
