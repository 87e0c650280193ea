import { z } from "zod";
import { actorSchema, userRefSchema } from "./actor.ts";
import { coverNameSchema } from "./cover.ts";
import { idSchema } from "./id.ts";
import { announcedWinnersMax, hashHexSchema, lotteryFaceSchema, lotteryWinnerSchema } from "./lottery.ts";
import { colorSchema, danmakuModeSchema, giftCountSchema, giftSchema } from "./message.ts";

/** Who may find and watch a room. */
export const visibilitySchema = z.enum(["public", "unlisted", "private"]);

/** Who may find and watch a room. */
export type Visibility = z.infer<typeof visibilitySchema>;

/** Danmaku shown per second when a room is crowded, by the size of the screen. */
export const roomLimitsSchema = z.object({
  desktopPerSecond: z.int().min(1).max(1_000),
  smallPerSecond: z.int().min(1).max(1_000),
});

/** Danmaku shown per second when a room is crowded, by the size of the screen. */
export type RoomLimits = z.infer<typeof roomLimitsSchema>;

/** The public face of a room, as carried by its events. */
export const roomFaceSchema = z.object({
  title: z.string(),
  description: z.string(),
  visibility: visibilitySchema,
  slowModeMs: z.int().nonnegative(),
  followersOnly: z.boolean(),
  /** Danmaku shown per second when the room is crowded, by the size of the screen; absent: the node's own. */
  limits: roomLimitsSchema.optional(),
  /** The name of its cover, see `coverPath`; null: none. Absent from events older than covers: unknown. */
  cover: coverNameSchema.nullable().optional(),
});

/** The public face of a room, as carried by its events. */
export type RoomFace = z.infer<typeof roomFaceSchema>;

const message = { id: idSchema, session: idSchema };
const sanction = z.object({ user: userRefSchema, untilMs: z.int().nullable() });
const subject = z.object({ user: userRefSchema });

function event<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({
    v: z.literal(1),
    type: z.literal(type),
    room: idSchema,
    /** When it was accepted, in milliseconds since 1970 (UTC). */
    at: z.int().nonnegative(),
    /** The sender's position in the picture, in milliseconds since the session's start. */
    mediaMs: z.int().nonnegative().optional(),
    by: actorSchema.optional(),
    data,
  });
}

/** Every event of a room's log. New types may be added; a type's meaning never changes. */
export const roomEventSchema = z.discriminatedUnion("type", [
  event(
    "danmaku.sent",
    z.object({ ...message, text: z.string(), color: colorSchema, mode: danmakuModeSchema }),
  ),
  event("gift.sent", z.object({ ...message, gift: giftSchema, count: giftCountSchema })),
  event("super.sent", z.object({ ...message, text: z.string() })),
  event("message.deleted", z.object({ id: idSchema })),
  event("room.created", z.object({ face: roomFaceSchema })),
  event("room.updated", z.object({ face: roomFaceSchema })),
  /** With the limits that hold when it starts, so that a session's events tell by themselves what was shown. */
  event("room.started", z.object({ session: idSchema, limits: roomLimitsSchema.optional() })),
  event("room.ended", z.object({ session: idSchema })),
  event("room.deleted", z.object({})),
  event("room.key_rotated", z.object({})),
  event("user.muted", sanction),
  event("user.unmuted", subject),
  event("user.banned", sanction),
  event("user.unbanned", subject),
  event("moderator.added", subject),
  event("moderator.removed", subject),
  event("viewers.counted", z.object({ count: z.int().nonnegative(), peak: z.int().nonnegative() })),
  /** Also after a change of its rules, which only its first entry ends: the newest face counts. */
  event("lottery.opened", z.object({ lottery: lotteryFaceSchema })),
  event("lottery.counted", z.object({ id: idSchema, entries: z.int().nonnegative() })),
  event(
    "lottery.closing",
    z.object({ id: idSchema, secondsLeft: z.union([z.literal(60), z.literal(30), z.literal(10)]) }),
  ),
  /** The pool is frozen. `beaconRound` is the public beacon's round that the draw waits for; null: none. */
  event(
    "lottery.closed",
    z.object({
      id: idSchema,
      entries: z.int().nonnegative(),
      root: hashHexSchema,
      beaconRound: z.int().positive().nullable(),
    }),
  ),
  /** The beacon's round is late. The draw waits for it: nothing else is ever used instead. */
  event("lottery.delayed", z.object({ id: idSchema, beaconRound: z.int().positive() })),
  /** `more` winners are not in the list. */
  event(
    "lottery.drawn",
    z.object({
      id: idSchema,
      winners: z.array(lotteryWinnerSchema).max(announcedWinnersMax),
      more: z.int().nonnegative(),
      seed: hashHexSchema,
    }),
  ),
  event("lottery.cancelled", z.object({ id: idSchema, reason: z.string() })),
  /** A recording of a session can be played. Session time = recording time + `offsetMs`. */
  event(
    "recording.ready",
    z.object({ id: idSchema, session: idSchema, offsetMs: z.int(), durationMs: z.int().nonnegative() }),
  ),
]);

/** One event of a room's log. */
export type RoomEvent = z.infer<typeof roomEventSchema>;

/** The name of an event, in the past tense. */
export type RoomEventType = RoomEvent["type"];

/** The event with the type `Type`. */
export type RoomEventOf<Type extends RoomEventType> = Extract<RoomEvent, { type: Type }>;
