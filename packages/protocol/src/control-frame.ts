import { z } from "zod";
import { closeCodes } from "./close-code.ts";
import { cursorSchema } from "./cursor.ts";
import { type ErrorCode, isErrorCode } from "./error-table.ts";
import { idSchema } from "./id.ts";
import { replayFrameSchema } from "./replay.ts";

/** Why a resume could not be exact: the log is another one, its old part is gone, or the way is too long. */
export const resetReasonSchema = z.enum(["epoch", "trimmed", "too_far"]);

/** Why a resume could not be exact. */
export type ResetReason = z.infer<typeof resetReasonSchema>;

/** Why events were shed: more was said than can be read (all viewers get the same choice), or this viewer is slow. */
export const skipReasonSchema = z.enum(["limit", "slow"]);

/** Why events were shed. */
export type SkipReason = z.infer<typeof skipReasonSchema>;

const closeReasons = Object.keys(closeCodes);
const closeReasonSchema = z.custom<keyof typeof closeCodes>(
  (value) => typeof value === "string" && closeReasons.includes(value),
);
/** When to come back; null: not at all. */
const retryAfterMsSchema = z.int().nonnegative().nullable();

/**
 * What the realtime node says about the stream itself. Over SSE each is an `event: control` without an id; over
 * WebSocket a text frame of its own. Control frames are never stored and never replayed.
 */
export const controlFrameSchema = z.discriminatedUnion("type", [
  /** First frame of every connection, and of every room on one that follows several. Events after `cursor` follow. */
  z.object({
    type: z.literal("hello"),
    room: idSchema,
    cursor: cursorSchema,
    /** At least one frame (or SSE comment) comes in this time; a client that sees none for 2.5 × may reconnect. */
    heartbeatMs: z.int().positive(),
    /** The server's clock, in milliseconds since 1970. */
    nowMs: z.int().nonnegative(),
    /** Beyond `shedBytes` behind, danmaku are shed; beyond `closeBytes`, the connection is closed. */
    limits: z.object({ shedBytes: z.int().positive(), closeBytes: z.int().positive() }),
  }),
  /** Everything up to `cursor` has been sent: from here on events come as they happen. */
  z.object({ type: z.literal("live"), room: idSchema, cursor: cursorSchema }),
  /** `count` events up to `cursor` were shed. */
  z.object({
    type: z.literal("skipped"),
    room: idSchema,
    count: z.int().positive(),
    cursor: cursorSchema,
    reason: skipReasonSchema.optional(),
  }),
  /** The event at `cursor`, which came just before, stands for `count` that said the same: show it as ×N. */
  z.object({ type: z.literal("merged"), room: idSchema, count: z.int().min(2), cursor: cursorSchema }),
  /** The asked position can't be resumed: forget what was derived from earlier events; events after `cursor` follow. */
  z.object({ type: z.literal("reset"), room: idSchema, reason: resetReasonSchema, cursor: cursorSchema }),
  /** The server ends this connection. Come back after `retryAfterMs` with the last cursor; null: do not come back. */
  z.object({
    type: z.literal("goodbye"),
    reason: closeReasonSchema,
    retryAfterMs: retryAfterMsSchema,
  }),
  /** Of a connection that follows several rooms: this one was not joined. The others, and the connection, go on. */
  z.object({
    type: z.literal("refused"),
    room: idSchema,
    code: z.custom<ErrorCode>(isErrorCode, "not a known error code"),
    retryAfterMs: retryAfterMsSchema,
  }),
  /** Of a connection that follows several rooms: nothing more comes of this one. The connection goes on. */
  z.object({
    type: z.literal("left"),
    room: idSchema,
    reason: closeReasonSchema,
    retryAfterMs: retryAfterMsSchema,
  }),
  replayFrameSchema,
  /**
   * What comes next in a replay can't be read now. It keeps its place and tries again; a `replay` frame says that it
   * goes on. Sent once for each such time.
   */
  z.object({ type: z.literal("stalled"), room: idSchema, retryAfterMs: z.int().nonnegative() }),
  /** Nothing happened, and the connection is well. WebSocket only; over SSE it is a comment line. */
  z.object({ type: z.literal("heartbeat") }),
]);

/** What the realtime node says about the stream itself. */
export type ControlFrame = z.infer<typeof controlFrameSchema>;
