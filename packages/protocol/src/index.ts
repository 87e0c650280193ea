export { type Actor, actorSchema, type Role, roleSchema, type UserRef, userRefSchema } from "./actor.ts";
export { AppError, toAppError } from "./app-error.ts";
export { type CloseReason, closeCodes, mayReconnect } from "./close-code.ts";
export {
  type ControlFrame,
  controlFrameSchema,
  type ResetReason,
  resetReasonSchema,
  type SkipReason,
  skipReasonSchema,
} from "./control-frame.ts";
export {
  type CoverPicture,
  type CoverWidth,
  coverNameSchema,
  coverPath,
  coverWidths,
  parseCoverPath,
} from "./cover.ts";
export { type Cursor, cursorSchema, epochOf, formatCursor, parseCursor } from "./cursor.ts";
export {
  type ErrorBody,
  type ErrorCode,
  errorBodySchema,
  errorCodes,
  errorTable,
  type InputIssue,
  inputIssueSchema,
  isErrorCode,
} from "./error-table.ts";
export {
  type RoomEvent,
  type RoomEventOf,
  type RoomEventType,
  type RoomFace,
  type RoomLimits,
  roomEventSchema,
  roomFaceSchema,
  roomLimitsSchema,
  type Visibility,
  visibilitySchema,
} from "./event.ts";
export { idPattern, idSchema, isId } from "./id.ts";
export {
  announcedWinnersMax,
  hashHexSchema,
  type LotteryConditions,
  type LotteryFace,
  type LotteryPrize,
  type LotteryTrust,
  type LotteryWinner,
  lotteryConditionsSchema,
  lotteryFaceSchema,
  lotteryPrizeSchema,
  lotteryTrustSchema,
  lotteryWinnerSchema,
} from "./lottery.ts";
export {
  colorSchema,
  type DanmakuMode,
  danmakuModeSchema,
  type Gift,
  giftCountSchema,
  giftSchema,
} from "./message.ts";
export { type Priority, priorityOf } from "./priority.ts";
export {
  type ReplayClientFrame,
  type ReplaySpeed,
  type RoomMoment,
  replayClientFrameSchema,
  replayFrameSchema,
  replaySpeedSchema,
  roomMomentSchema,
} from "./replay.ts";
export { formatRoomCursors, parseRoomCursors } from "./room-cursors.ts";
export {
  encodeOpenSseControl,
  encodeSseBatch,
  encodeSseControl,
  encodeSseEvent,
  endSseBlock,
  sseControlEvent,
  sseHeartbeat,
} from "./sse-frame.ts";
export {
  allLiveSubject,
  allRoomsSubject,
  liveSubject,
  partitionCount,
  partitionOf,
  roomOfSubject,
  roomSubject,
} from "./subject.ts";
export {
  type EncodedEvent,
  encodeWsBatch,
  encodeWsControl,
  type RoomsClientFrame,
  roomsClientFrameSchema,
  type WsServerFrame,
  wsBatchSchema,
  wsClientFrameSchema,
  wsServerFrameSchema,
} from "./ws-frame.ts";
