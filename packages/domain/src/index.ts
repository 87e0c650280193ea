export { newPasswordSchema, userNameSchema } from "./account-rules.ts";
export {
  blockedWordLengthMax,
  blockedWordsMax,
  containsBlockedWord,
  normalizeBlockedWords,
} from "./blocked-words.ts";
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
