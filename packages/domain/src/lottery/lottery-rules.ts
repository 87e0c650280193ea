import { type LotteryConditions, lotteryConditionsSchema } from "@barrage/protocol";
import { z } from "zod";
import { danmakuCodePointsMax, normalizeMessageText } from "../message-text.ts";
import { oneLineSchema } from "../room-rules.ts";

const secondMs = 1_000;
const dayMs = 86_400_000;
const prizeKindsMax = 50;
const prizesMax = 1_000;

const named = (name: string, max: number) =>
  oneLineSchema(name, max).refine((text) => text.length > 0, `${name} is empty`);

const prizesSchema = z
  .array(
    z.object({
      name: named("the prize's name", 60),
      count: z.int().min(1, "each prize needs a count of at least 1").max(prizesMax),
    }),
  )
  .min(1, "a lottery needs at least one prize")
  .max(prizeKindsMax, `a lottery has at most ${prizeKindsMax} kinds of prizes`)
  .refine(
    (prizes) => prizes.reduce((total, { count }) => total + count, 0) <= prizesMax,
    `a lottery has at most ${prizesMax} prizes`,
  );

/** A phrase is compared with danmaku as they are stored, so it is normalised as they are. */
const phraseSchema = z.string().transform((raw, context) => {
  try {
    return normalizeMessageText(raw, { codePointsMax: danmakuCodePointsMax });
  } catch {
    context.addIssue({ code: "custom", message: "the phrase is no text that could be sent as a danmaku" });
    return z.NEVER;
  }
});

const days = z.int().min(1, "must be at least 1 day").max(3_650, "must be at most 3,650 days");

/** No condition at all. */
export const openToAll: LotteryConditions = {
  followHost: false,
  accountAgeDays: null,
  watchedSeconds: null,
  phrase: null,
  notWonWithinDays: null,
};

const conditionsSchema = z
  .object({
    followHost: z.boolean().default(false),
    accountAgeDays: days.nullable().default(null),
    watchedSeconds: z.int().min(1).max(86_400, "must be at most a day").nullable().default(null),
    phrase: phraseSchema.nullable().default(null),
    notWonWithinDays: days.nullable().default(null),
  })
  .pipe(lotteryConditionsSchema);

const closesInMsSchema = z
  .int()
  .min(10 * secondMs, "a lottery closes 10 seconds from its opening at the earliest")
  .max(dayMs, "a lottery closes within 24 hours of its opening")
  .nullable();

const opensInMsSchema = z
  .int()
  .min(0, "a lottery can't open in the past")
  .max(dayMs, "a lottery opens within 24 hours");

/** What a host fills in for a lottery: 1–1,000 prizes, closing 10 s – 24 h after it opens, or by hand (null). */
export const newLotterySchema = z.object({
  title: named("the title", 80),
  prizes: prizesSchema,
  opensInMs: opensInMsSchema.default(0),
  closesInMs: closesInMsSchema,
  conditions: conditionsSchema.default(openToAll),
});

/** What a host fills in for a lottery. */
export type NewLottery = z.output<typeof newLotterySchema>;

/** A change of a lottery that nobody has entered; what is left out stays. `closesInMs` counts from now, or from its opening. */
export const lotteryChangeSchema = z.object({
  title: named("the title", 80).optional(),
  prizes: prizesSchema.optional(),
  closesInMs: closesInMsSchema.optional(),
  conditions: conditionsSchema.optional(),
});

/** A change of a lottery that nobody has entered. */
export type LotteryChange = z.output<typeof lotteryChangeSchema>;

/** Why a lottery is cancelled: it stays readable for everybody. */
export const cancelReasonSchema = named("the reason", 200);
