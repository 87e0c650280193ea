import { drawRecordSchema, entryProofSchema } from "@barrage/domain";
import {
  hashHexSchema,
  idSchema,
  lotteryConditionsSchema,
  lotteryPrizeSchema,
  lotteryTrustSchema,
  lotteryWinnerSchema,
} from "@barrage/protocol";
import { z } from "zod";

// What `lottery.*` answers, for the document: see answers.ts.

const momentMs = z.int().describe("milliseconds since 1970 (UTC)");

const standing = z.object({
  entered: z.boolean(),
  eligible: z.boolean().nullable(),
  lacks: z.array(z.object({ condition: lotteryConditionsSchema.keyof(), message: z.string() })),
  won: z.object({ prizeId: idSchema, rank: z.int() }).nullable(),
});

export const lotteryAnswer = z.object({
  id: idSchema,
  room: idSchema,
  session: idSchema,
  title: z.string(),
  prizes: z.array(lotteryPrizeSchema),
  conditions: lotteryConditionsSchema,
  state: z.enum(["open", "closed", "delayed", "drawn", "cancelled"]),
  opensAtMs: momentMs,
  closesAtMs: momentMs.nullable(),
  closedAtMs: momentMs.nullable(),
  drawnAtMs: momentMs.nullable(),
  entries: z.int(),
  commit: hashHexSchema,
  root: hashHexSchema.nullable(),
  trust: z.object({
    level: lotteryTrustSchema,
    sentence: z.string(),
    beaconRound: z.int().nullable(),
  }),
  me: standing.nullable().describe("null for an anonymous caller"),
  cancelReason: z.string().nullable(),
});

export const lotteryPageAnswer = z.object({
  items: z.array(lotteryAnswer),
  nextCursor: z.string().nullable(),
});

export const enteredAnswer = z.object({
  entered: z.literal(true),
  entries: z.int(),
  code: z.enum(["entered", "already_entered"]),
  message: z.string(),
});

export const withdrawnAnswer = z.object({ entered: z.literal(false), entries: z.int() });

export const watchingAnswer = z.object({ watchedSeconds: z.number() });

export const winnersAnswer = z.array(lotteryWinnerSchema);

export const auditAnswer = z.array(
  z.object({
    at: momentMs,
    by: z.unknown(),
    action: z.enum(["created", "updated", "closed", "sealed", "delayed", "drawn", "cancelled"]),
    detail: z.unknown(),
  }),
);

export { drawRecordSchema as recordAnswer, entryProofSchema as proofAnswer };
