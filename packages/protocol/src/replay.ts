import { z } from "zod";
import { actorSchema } from "./actor.ts";
import { cursorSchema } from "./cursor.ts";
import { roomLimitsSchema } from "./event.ts";
import { idSchema } from "./id.ts";
import { lotteryFaceSchema } from "./lottery.ts";

/** A room at a moment of a session: what a viewer who comes in there can't know from the events that follow. */
export const roomMomentSchema = z.object({
  viewers: z.int().nonnegative(),
  /** The lotteries that are open, the oldest first. */
  lotteries: z.array(z.object({ lottery: lotteryFaceSchema, entries: z.int().nonnegative() })),
  /** The newest super message that was not deleted; absent when there is none. */
  pinned: z
    .object({ id: idSchema, text: z.string(), at: z.int().nonnegative(), by: actorSchema.optional() })
    .optional(),
  /** The room's own limits for a crowd; absent when it has none. */
  limits: roomLimitsSchema.optional(),
});

/** A room at a moment of a session. */
export type RoomMoment = z.infer<typeof roomMomentSchema>;

/** How fast a replay runs: so many seconds of the session in one second, or as fast as the viewer reads. */
export const replaySpeedSchema = z.union([z.number().min(0.25).max(16), z.literal("max")]);

/** How fast a replay runs. */
export type ReplaySpeed = z.infer<typeof replaySpeedSchema>;

/** First frame of a replay, and again after every pause, seek or change of speed: what follows goes on from here. */
export const replayFrameSchema = z.object({
  type: z.literal("replay"),
  room: idSchema,
  session: idSchema,
  /** Events after it follow. */
  cursor: cursorSchema,
  startedAtMs: z.int().nonnegative(),
  /** Null while the session runs. */
  endedAtMs: z.int().nonnegative().nullable(),
  /** The moment of the session, in milliseconds since its start. */
  offsetMs: z.int().nonnegative(),
  speed: replaySpeedSchema,
  isPaused: z.boolean(),
  /** The tag of the last seek that was followed, 0 before the first: what came before this frame is of another place. */
  tag: z.int().nonnegative().optional(),
  state: roomMomentSchema,
  /** As in `hello`. */
  heartbeatMs: z.int().positive(),
});

/** What the viewer of a replay may say over a WebSocket. */
export const replayClientFrameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("pong") }),
  z.object({ type: z.literal("pause") }),
  z.object({ type: z.literal("play") }),
  z.object({
    type: z.literal("seek"),
    offsetMs: z.int().nonnegative(),
    /** Comes back with the answer. */
    tag: z.int().nonnegative().optional(),
  }),
  z.object({ type: z.literal("speed"), speed: replaySpeedSchema }),
]);

/** What the viewer of a replay may say over a WebSocket. */
export type ReplayClientFrame = z.infer<typeof replayClientFrameSchema>;
