import type { LotteryConditions, LotteryPrize } from "@barrage/protocol";
import { and, count, eq, inArray, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { lotteries, lotteryEntries, lotteryPrizes, lotterySeeds, rooms } from "../schema/index.ts";
import type { LotteryBeacon } from "../schema/lotteries.ts";
import { type LotteryState, lotteryStateNow } from "./lotteries.ts";

/** A lottery that is about to be. */
export interface NewLotteryRow {
  readonly id: string;
  readonly roomId: string;
  readonly sessionId: string;
  readonly title: string;
  readonly prizes: readonly LotteryPrize[];
  readonly conditions: LotteryConditions;
  readonly seed: Uint8Array;
  readonly commit: string;
  readonly beacon: LotteryBeacon | null;
  readonly createdAt: Date;
  readonly opensAt: Date;
  readonly closesAt: Date | null;
  /** Its opening is told of in the same transaction. */
  readonly openingTold: boolean;
  /** From where the room's log is searched for the phrase; null: there is none. */
  readonly phraseFrom: { readonly epoch: string; readonly seq: number } | null;
}

async function insertPrizes(orm: Orm, lotteryId: string, prizes: readonly LotteryPrize[]): Promise<void> {
  await orm
    .insert(lotteryPrizes)
    .values(prizes.map(({ id, name, count }, position) => ({ id, lotteryId, position, name, count })));
}

/** Adds a lottery with its seed and its prizes. The caller holds the room's row. */
export async function insertLottery(orm: Orm, lottery: NewLotteryRow): Promise<void> {
  const { prizes, seed, phraseFrom, ...row } = lottery;
  await orm.insert(lotteries).values({
    ...row,
    state: "open",
    phraseEpoch: phraseFrom?.epoch ?? null,
    phraseSeq: phraseFrom?.seq ?? null,
  });
  await orm.insert(lotterySeeds).values({ lotteryId: lottery.id, seed });
  await insertPrizes(orm, lottery.id, prizes);
}

/** How many lotteries of a room have no result yet. */
export async function countPendingLotteries(orm: Orm, roomId: string): Promise<number> {
  const [row] = await orm
    .select({ count: count() })
    .from(lotteries)
    .where(and(eq(lotteries.roomId, roomId), inArray(lotteries.state, ["open", "closed", "delayed"])));
  return row?.count ?? 0;
}

/** The room that a lottery is in. */
export async function findLotteryRoom(orm: Orm, id: string): Promise<string | undefined> {
  const [row] = await orm.select({ roomId: lotteries.roomId }).from(lotteries).where(eq(lotteries.id, id));
  return row?.roomId;
}

/** A lottery while its row is locked. */
export interface LockedLottery {
  readonly state: LotteryState;
  readonly opensAt: Date;
  readonly root: string | null;
  /** Postgres' clock once the lock was held. */
  readonly now: Date;
}

/**
 * Locks a lottery's row against entries (they hold a key share of it) until the transaction ends: whoever is let in is
 * seen by the next statement, and nobody is let in any more. Lock the room's row first, always.
 */
export async function lockLottery(orm: Orm, id: string): Promise<LockedLottery | undefined> {
  const locked = await orm
    .select({ id: lotteries.id })
    .from(lotteries)
    .where(eq(lotteries.id, id))
    .for("update");
  if (locked.length === 0) return undefined;
  const [row] = await orm
    .select({
      state: lotteryStateNow,
      opensAt: lotteries.opensAt,
      root: lotteries.root,
      now: sql`date_trunc('milliseconds', clock_timestamp())`.mapWith(lotteries.createdAt),
    })
    .from(lotteries)
    .where(eq(lotteries.id, id));
  return row;
}

/** Locks a room's row, so that the outbox keeps the order of its events. A room that is gone has no events to order. */
export async function lockRoomRow(orm: Orm, roomId: string): Promise<void> {
  await orm.select({ id: rooms.id }).from(rooms).where(eq(rooms.id, roomId)).for("update");
}

/** Whether anybody has ever entered, whether they are in still or not. The caller holds the lottery's row. */
export async function hasEntries(orm: Orm, lotteryId: string): Promise<boolean> {
  const rows = await orm
    .select({ id: lotteryEntries.id })
    .from(lotteryEntries)
    .where(eq(lotteryEntries.lotteryId, lotteryId))
    .limit(1);
  return rows.length > 0;
}

/** What of a lottery is changed; undefined: nothing. */
export interface LotteryPatch {
  readonly title?: string | undefined;
  readonly prizes?: readonly LotteryPrize[] | undefined;
  readonly conditions?: LotteryConditions | undefined;
  readonly closesAt?: Date | null | undefined;
  readonly phraseFrom?: { readonly epoch: string; readonly seq: number } | null | undefined;
}

/** Changes a lottery that nobody has entered, and thereby turns away entries that were judged by its old rules. */
export async function updateLottery(orm: Orm, id: string, patch: LotteryPatch): Promise<void> {
  const { prizes, phraseFrom, ...row } = patch;
  const phrase =
    phraseFrom === undefined
      ? {}
      : { phraseEpoch: phraseFrom?.epoch ?? null, phraseSeq: phraseFrom?.seq ?? null };
  await orm
    .update(lotteries)
    .set({ ...row, ...phrase, closingTold: 0, rulesVersion: sql`${lotteries.rulesVersion} + 1` })
    .where(eq(lotteries.id, id));
  if (prizes === undefined) return;
  await orm.delete(lotteryPrizes).where(eq(lotteryPrizes.lotteryId, id));
  await insertPrizes(orm, id, prizes);
}

/** Ends the time for entering now. The caller holds the row and has seen that it is open. */
export async function endLottery(orm: Orm, id: string, closesAt: Date): Promise<void> {
  await orm
    .update(lotteries)
    .set({ closesAt, opensAt: sql`least(${lotteries.opensAt}, ${closesAt.toISOString()}::timestamptz)` })
    .where(eq(lotteries.id, id));
}

/** Cancels a lottery. The caller holds the row and has seen that it may be cancelled. */
export async function cancelLottery(orm: Orm, id: string, cancelReason: string): Promise<void> {
  await orm.update(lotteries).set({ state: "cancelled", cancelReason }).where(eq(lotteries.id, id));
}
