import {
  hashHexSchema,
  idSchema,
  lotteryConditionsSchema,
  lotteryPrizeSchema,
  lotteryTrustSchema,
  userRefSchema,
} from "@barrage/protocol";
import { z } from "zod";
import { beaconChainSchema, beaconRoundSchema } from "./beacon.ts";
import { drawVersion } from "./draw.ts";
import { type Hashing, utf8 } from "./hashing.ts";

const momentMs = z.int().nonnegative();

const bodyShape = {
  version: z.literal(drawVersion),
  lottery: z.strictObject({
    id: idSchema,
    room: idSchema,
    session: idSchema,
    title: z.string(),
    prizes: z.array(z.strictObject(lotteryPrizeSchema.shape)).min(1),
    conditions: z.strictObject(lotteryConditionsSchema.shape),
    createdAtMs: momentMs,
    opensAtMs: momentMs,
    closesAtMs: momentMs.nullable(),
    closedAtMs: momentMs,
    /** When root and count were written down. */
    sealedAtMs: momentMs,
    drawnAtMs: momentMs,
  }),
  trust: lotteryTrustSchema,
  commit: hashHexSchema,
  /** The pool: the ids of the eligible entries in the order of their bytes. */
  entries: z.array(idSchema),
  count: z.int().nonnegative(),
  root: hashHexSchema,
  beacon: z
    .strictObject({ chain: z.strictObject(beaconChainSchema.shape), ...beaconRoundSchema.shape })
    .nullable(),
  seed: hashHexSchema,
  key: hashHexSchema,
  winners: z.array(
    z.strictObject({
      prizeId: idSchema,
      rank: z.int().positive(),
      entryId: idSchema,
      user: z.strictObject(userRefSchema.shape),
    }),
  ),
};

const bodySchema = z.strictObject(bodyShape);

/**
 * Everything about a draw that somebody needs to repeat it. `checksum` is SHA-256 over the JSON of the rest: it finds a
 * damaged file, and makes no claim beyond that.
 */
export const drawRecordSchema = z.strictObject({ ...bodyShape, checksum: hashHexSchema });

/** Everything about a draw that somebody needs to repeat it. */
export type DrawRecord = z.infer<typeof drawRecordSchema>;

/** A record without its checksum. */
export type DrawRecordBody = z.infer<typeof bodySchema>;

/** The checksum of a record. Parsing puts the fields into the schema's order, so that equal records have equal JSON. */
export async function checksumOf(body: DrawRecordBody, hashing: Hashing): Promise<string> {
  return (await hashing.sha256(utf8(JSON.stringify(bodySchema.parse(body))))).toHex();
}

/** A record with its checksum. */
export async function toDrawRecord(body: DrawRecordBody, hashing: Hashing): Promise<DrawRecord> {
  return { ...bodySchema.parse(body), checksum: await checksumOf(body, hashing) };
}
