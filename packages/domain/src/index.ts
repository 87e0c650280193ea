export { newPasswordSchema, userNameSchema } from "./account-rules.ts";
export {
  blockedWordLengthMax,
  blockedWordsMax,
  containsBlockedWord,
  normalizeBlockedWords,
} from "./blocked-words.ts";
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
