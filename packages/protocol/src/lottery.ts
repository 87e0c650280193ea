import { z } from "zod";
import { userRefSchema } from "./actor.ts";
import { idSchema } from "./id.ts";

/** A 32-byte hash as lower-case hex. */
export const hashHexSchema = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits");

/** What one may win, and how many of it there are. */
export const lotteryPrizeSchema = z.object({ id: idSchema, name: z.string(), count: z.int().positive() });

/** What one may win. */
export type LotteryPrize = z.infer<typeof lotteryPrizeSchema>;

/** What somebody must have done to enter; null and false: nothing is asked. Judged at the moment of entering. */
export const lotteryConditionsSchema = z.object({
  followHost: z.boolean(),
  accountAgeDays: z.int().positive().nullable(),
  /** Seconds watched of the session in which the lottery was created. */
  watchedSeconds: z.int().positive().nullable(),
  /** Entering is sending exactly this as a danmaku. */
  phrase: z.string().nullable(),
  /** Nothing won in this room within so many days. */
  notWonWithinDays: z.int().positive().nullable(),
});

/** What somebody must have done to enter. */
export type LotteryConditions = z.infer<typeof lotteryConditionsSchema>;

/** What the draw can be trusted for: `drand` adds a public beacon that nobody could know at the close. */
export const lotteryTrustSchema = z.enum(["commit", "drand"]);

/** What the draw can be trusted for. */
export type LotteryTrust = z.infer<typeof lotteryTrustSchema>;

/** The public face of a lottery, as it was published when it opened. */
export const lotteryFaceSchema = z.object({
  id: idSchema,
  title: z.string(),
  prizes: z.array(lotteryPrizeSchema),
  conditions: lotteryConditionsSchema,
  opensAtMs: z.int().nonnegative(),
  /** Null: the host closes it by hand. */
  closesAtMs: z.int().nonnegative().nullable(),
  /** The commitment to the seed. */
  commit: hashHexSchema,
  trust: lotteryTrustSchema,
});

/** The public face of a lottery. */
export type LotteryFace = z.infer<typeof lotteryFaceSchema>;

/** Who won which prize; `rank` counts from 1 within one prize. */
export const lotteryWinnerSchema = z.object({
  prizeId: idSchema,
  prizeName: z.string(),
  rank: z.int().positive(),
  user: userRefSchema,
});

/** Who won which prize. */
export type LotteryWinner = z.infer<typeof lotteryWinnerSchema>;

/** How many winners travel with `lottery.drawn`; the others are read from the api. */
export const announcedWinnersMax = 100;
