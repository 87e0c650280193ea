import type { LotteryConditions, LotteryPrize } from "@barrage/protocol";
import { and, eq, gt, inArray, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { lotteries, lotterySeeds, lotteryWinners, outbox } from "../schema/index.ts";
import type { LotteryBeacon } from "../schema/lotteries.ts";

/** What has to be done with a lottery now. */
export type LotteryStep =
  | "tell-opening"
  | "tell-closing"
  | "freeze"
  | "seal"
  | "draw"
  | "draw-by-beacon"
  | "publish";

/** Steps that wait for a beacon are taken apart from those for which Postgres is enough. */
export type LotteryPass = "own" | "beacon";

/** A lottery that is waiting for a worker. */
export interface DueLottery {
  readonly id: string;
  readonly roomId: string;
  readonly step: LotteryStep;
  /** How long ago it closed; null while it is open and has an open end. */
  readonly closedAgoMs: number | null;
  readonly hasPhrase: boolean;
  /** Postgres' clock. */
  readonly nowMs: number;
}

const closingSoon = sql`${lotteries.closesAt} > clock_timestamp()
  and (select min(s) from unnest(array[60, 30, 10]) s
    where ${lotteries.closesAt} <= clock_timestamp() + s * interval '1 second'
      and ${lotteries.closesAt} - ${lotteries.opensAt} > s * interval '1 second'
      and (${lotteries.closingTold} = 0 or s < ${lotteries.closingTold})) is not null`;

const step = sql<LotteryStep | null>`case
  when ${lotteries.state} = 'open' then case
    when not ${lotteries.openingTold} and ${lotteries.opensAt} <= clock_timestamp() then 'tell-opening'
    when ${lotteries.closesAt} <= clock_timestamp() then 'freeze'
    when ${closingSoon} then 'tell-closing' end
  when ${lotteries.state} = 'drawn' then 'publish'
  when ${lotteries.root} is null then 'seal'
  when ${lotteries.beacon} is null then 'draw'
  else 'draw-by-beacon' end`;

/** In the query itself: a thousand lotteries that wait for a beacon leave the other pass its whole page. */
const dueIn: Record<LotteryPass, SQL> = {
  own: sql`${step} <> 'draw-by-beacon'`,
  beacon: sql`${step} = 'draw-by-beacon'`,
};

/** Whatever is due in a pass by Postgres' clock, what has been due the longest first, however long nobody looked. */
export async function listDueLotteries(
  orm: Orm,
  pass: LotteryPass,
  limit: number,
): Promise<readonly DueLottery[]> {
  const due = await orm
    .select({
      id: lotteries.id,
      roomId: lotteries.roomId,
      step,
      closedAgoMs: sql<
        number | null
      >`floor(extract(epoch from clock_timestamp() - ${lotteries.closesAt}) * 1000)::float8`,
      hasPhrase: sql<boolean>`${lotteries.phraseSeq} is not null`,
      nowMs: sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::float8`,
    })
    .from(lotteries)
    .where(and(inArray(lotteries.state, ["open", "closed", "delayed", "drawn"]), dueIn[pass]))
    .orderBy(sql`coalesce(${lotteries.closesAt}, ${lotteries.opensAt})`, lotteries.id)
    .limit(limit);
  return due.flatMap(({ step, ...rest }) => (step === null ? [] : [{ ...rest, step }]));
}

/** Notes that the opening is told of. @returns false when it was already, or there is nothing to tell any more */
export async function markOpeningTold(orm: Orm, id: string): Promise<boolean> {
  const rows = await orm
    .update(lotteries)
    .set({ openingTold: true })
    .where(and(eq(lotteries.id, id), eq(lotteries.state, "open"), eq(lotteries.openingTold, false)))
    .returning({ id: lotteries.id });
  return rows.length > 0;
}

/** Notes that the close is told of, 60, 30 or 10 seconds before it. @returns which; undefined: none is due */
export async function markClosingTold(orm: Orm, id: string): Promise<60 | 30 | 10 | undefined> {
  const [row] = await orm
    .update(lotteries)
    .set({
      closingTold: sql`case
        when ${lotteries.closesAt} <= clock_timestamp() + interval '10 seconds' then 10
        when ${lotteries.closesAt} <= clock_timestamp() + interval '30 seconds' then 30
        else 60 end`,
    })
    .where(and(eq(lotteries.id, id), eq(lotteries.state, "open"), closingSoon))
    .returning({ told: lotteries.closingTold });
  return row?.told === 60 || row?.told === 30 || row?.told === 10 ? row.told : undefined;
}

/**
 * Freezes the pool of a lottery whose time is up. The caller holds its row (`lockLottery`), so that every entry that was
 * let in is committed, and none will be let in.
 */
export async function freezeLottery(orm: Orm, id: string): Promise<boolean> {
  const rows = await orm
    .update(lotteries)
    .set({ state: "closed", closedAt: sql`date_trunc('milliseconds', ${lotteries.closesAt})` })
    .where(
      and(eq(lotteries.id, id), eq(lotteries.state, "open"), sql`${lotteries.closesAt} <= clock_timestamp()`),
    )
    .returning({ id: lotteries.id });
  return rows.length > 0;
}

/** What is written down of a frozen pool. */
export interface Seal {
  readonly root: string;
  readonly entryCount: number;
  readonly sealedAt: Date;
  readonly beacon: LotteryBeacon | null;
}

/** Writes root and count down, once. @returns false when somebody was faster */
export async function sealLottery(orm: Orm, id: string, seal: Seal): Promise<boolean> {
  const rows = await orm
    .update(lotteries)
    .set(seal)
    .where(and(eq(lotteries.id, id), eq(lotteries.state, "closed"), isNull(lotteries.root)))
    .returning({ id: lotteries.id });
  return rows.length > 0;
}

/** Notes that the beacon is late. @returns false when that is known, or not so any more */
export async function delayLottery(orm: Orm, id: string): Promise<boolean> {
  const rows = await orm
    .update(lotteries)
    .set({ state: "delayed" })
    .where(and(eq(lotteries.id, id), eq(lotteries.state, "closed"), isNotNull(lotteries.root)))
    .returning({ id: lotteries.id });
  return rows.length > 0;
}

/** The secret of a lottery. For the draw alone. */
export async function findSeed(orm: Orm, lotteryId: string): Promise<Uint8Array | undefined> {
  const [row] = await orm
    .select({ seed: lotterySeeds.seed })
    .from(lotterySeeds)
    .where(eq(lotterySeeds.lotteryId, lotteryId));
  return row === undefined ? undefined : new Uint8Array(row.seed);
}

/** A result on its way into Postgres. */
export interface DrawnResult {
  readonly id: string;
  readonly roomId: string;
  /** What was drawn from: another root, and nothing is written. */
  readonly root: string;
  readonly seed: string;
  readonly drawKey: string;
  readonly beacon: LotteryBeacon | null;
  readonly drawnAt: Date;
  readonly resultMessageId: string;
  readonly winners: readonly {
    readonly prizeId: LotteryPrize["id"];
    readonly rank: number;
    readonly entryId: string;
    readonly userId: string;
  }[];
}

/** Writes a result down, once. @returns false when somebody was faster */
export async function recordDraw(orm: Orm, result: DrawnResult): Promise<boolean> {
  const { id, roomId, root, drawnAt, winners, ...rest } = result;
  const rows = await orm
    .update(lotteries)
    .set({ ...rest, drawnAt, state: "drawn" })
    .where(
      and(
        eq(lotteries.id, id),
        or(eq(lotteries.state, "closed"), eq(lotteries.state, "delayed")),
        eq(lotteries.root, root),
      ),
    )
    .returning({ id: lotteries.id });
  if (rows.length === 0) return false;
  if (winners.length > 0) {
    await orm
      .insert(lotteryWinners)
      .values(winners.map((winner) => ({ ...winner, lotteryId: id, roomId, wonAt: drawnAt })));
  }
  return true;
}

/** Notes that the result is in the room's log. @returns false when it is not yet, or that was noted */
export async function publishLottery(orm: Orm, id: string): Promise<boolean> {
  const rows = await orm
    .update(lotteries)
    .set({ state: "published" })
    .where(
      and(
        eq(lotteries.id, id),
        eq(lotteries.state, "drawn"),
        sql`not exists (select 1 from ${outbox} o where o.message_id = ${lotteries.resultMessageId}
          and o.relayed_at is null)`,
      ),
    )
    .returning({ id: lotteries.id });
  return rows.length > 0;
}

/** An open lottery that is entered by a phrase, and how far the room's log was searched for it. */
export interface PhraseSearch {
  readonly id: string;
  readonly roomId: string;
  readonly rulesVersion: number;
  readonly conditions: LotteryConditions & { readonly phrase: string };
  readonly epoch: string;
  readonly seq: number;
}

/** The lotteries whose phrase may come now, or (`id`) one of them. */
export async function listPhraseSearches(orm: Orm, id?: string): Promise<readonly PhraseSearch[]> {
  const rows = await orm
    .select({
      id: lotteries.id,
      roomId: lotteries.roomId,
      rulesVersion: lotteries.rulesVersion,
      conditions: lotteries.conditions,
      epoch: lotteries.phraseEpoch,
      seq: lotteries.phraseSeq,
    })
    .from(lotteries)
    .where(
      and(
        eq(lotteries.state, "open"),
        isNotNull(lotteries.phraseSeq),
        sql`${lotteries.opensAt} <= clock_timestamp()`,
        id === undefined ? undefined : eq(lotteries.id, id),
      ),
    );
  return rows.flatMap(({ conditions, epoch, seq, ...rest }) => {
    const { phrase } = conditions;
    if (phrase === null || epoch === null || seq === null) return [];
    return [{ ...rest, conditions: { ...conditions, phrase }, epoch, seq }];
  });
}

/** Notes how far the log was searched, unless somebody else is further. */
export async function movePhraseSearch(
  orm: Orm,
  id: string,
  to: { readonly epoch: string; readonly fromEpoch: string; readonly seq: number },
): Promise<void> {
  await orm
    .update(lotteries)
    .set({ phraseEpoch: to.epoch, phraseSeq: to.seq })
    .where(
      and(
        eq(lotteries.id, id),
        eq(lotteries.phraseEpoch, to.fromEpoch),
        or(sql`${to.epoch} <> ${to.fromEpoch}`, sql`${lotteries.phraseSeq} < ${to.seq}`),
      ),
    );
}

/** The open lotteries, for counting: who is in now. */
export async function listOpenCounts(
  orm: Orm,
): Promise<readonly { readonly id: string; readonly roomId: string; readonly entries: number }[]> {
  return orm
    .select({
      id: lotteries.id,
      roomId: lotteries.roomId,
      entries: sql`(select count(*) from lottery_entries e
        where e.lottery_id = "lotteries"."id" and e.withdrawn_at is null)`.mapWith(Number),
    })
    .from(lotteries)
    .where(
      and(
        eq(lotteries.state, "open"),
        eq(lotteries.openingTold, true),
        or(isNull(lotteries.closesAt), gt(lotteries.closesAt, sql`clock_timestamp()`)),
      ),
    );
}
