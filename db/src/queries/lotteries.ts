import type { LotteryConditions, LotteryPrize, UserRef } from "@barrage/protocol";
import { and, asc, desc, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import { z } from "zod";
import type { Orm } from "../database.ts";
import {
  lotteries,
  lotteryEntries,
  lotteryPrizes,
  lotteryWinners,
  roomModerators,
  rooms,
  users,
} from "../schema/index.ts";
import type { LotteryBeacon } from "../schema/lotteries.ts";

/** Where a lottery is. An open one whose time is up is closed, whether a worker has come by yet or not. */
export type LotteryState = "open" | "closed" | "delayed" | "drawn" | "cancelled";

/** A lottery as anybody may see it. The seed is there once it is drawn. */
export interface LotteryRow {
  readonly id: string;
  readonly roomId: string;
  readonly sessionId: string;
  readonly title: string;
  readonly prizes: readonly LotteryPrize[];
  readonly conditions: LotteryConditions;
  readonly state: LotteryState;
  /** It is announced, and can't be entered yet. */
  readonly notOpenYet: boolean;
  readonly rulesVersion: number;
  readonly commit: string;
  readonly beacon: LotteryBeacon | null;
  readonly createdAt: Date;
  readonly opensAt: Date;
  readonly closesAt: Date | null;
  readonly closedAt: Date | null;
  readonly sealedAt: Date | null;
  readonly drawnAt: Date | null;
  readonly root: string | null;
  /** Set when the pool was sealed. */
  readonly entryCount: number | null;
  readonly seed: string | null;
  readonly drawKey: string | null;
  readonly cancelReason: string | null;
}

/** {@link LotteryState} of a row, by Postgres' clock. */
export const lotteryStateNow = sql<LotteryState>`case
  when ${lotteries.state} = 'published' then 'drawn'
  when ${lotteries.state} = 'open' and ${lotteries.closesAt} <= clock_timestamp() then 'closed'
  else ${lotteries.state} end`;

const prizesSchema = z.array(z.object({ id: z.string(), name: z.string(), count: z.number() }));

const columns = {
  id: lotteries.id,
  roomId: lotteries.roomId,
  sessionId: lotteries.sessionId,
  title: lotteries.title,
  conditions: lotteries.conditions,
  state: lotteryStateNow,
  notOpenYet: sql<boolean>`(${lotteries.state} = 'open' and ${lotteries.opensAt} > clock_timestamp())`,
  rulesVersion: lotteries.rulesVersion,
  commit: lotteries.commit,
  beacon: lotteries.beacon,
  createdAt: lotteries.createdAt,
  opensAt: lotteries.opensAt,
  closesAt: lotteries.closesAt,
  closedAt: lotteries.closedAt,
  sealedAt: lotteries.sealedAt,
  drawnAt: lotteries.drawnAt,
  root: lotteries.root,
  entryCount: lotteries.entryCount,
  seed: lotteries.seed,
  drawKey: lotteries.drawKey,
  cancelReason: lotteries.cancelReason,
  prizes:
    sql`(select json_agg(json_build_object('id', p.id, 'name', p.name, 'count', p.count) order by p.position)
    from ${lotteryPrizes} p where p.lottery_id = "lotteries"."id")`.mapWith((found: unknown) =>
      prizesSchema.parse(found),
    ),
};

/** A lottery by its id. Whether the one who asks may see its room is for the caller. */
export async function findLottery(orm: Orm, id: string): Promise<LotteryRow | undefined> {
  const [row] = await orm.select(columns).from(lotteries).where(eq(lotteries.id, id));
  return row;
}

/** A page of lotteries: those before an id, the newest first (ids sort by time). */
export interface LotteryPage {
  readonly before: string | undefined;
  readonly limit: number;
}

const isBefore = (before: string | undefined) =>
  before === undefined ? undefined : lt(lotteries.id, before);

/** A room's lotteries, the newest first. */
export async function listLotteriesOfRoom(
  orm: Orm,
  page: LotteryPage & { readonly roomId: string },
): Promise<readonly LotteryRow[]> {
  return orm
    .select(columns)
    .from(lotteries)
    .where(and(eq(lotteries.roomId, page.roomId), isBefore(page.before)))
    .orderBy(desc(lotteries.id))
    .limit(page.limit);
}

/** The lotteries that a user is in, the newest first. */
export async function listLotteriesEntered(
  orm: Orm,
  page: LotteryPage & { readonly userId: string },
): Promise<readonly LotteryRow[]> {
  return orm
    .select(columns)
    .from(lotteryEntries)
    .innerJoin(lotteries, eq(lotteries.id, lotteryEntries.lotteryId))
    .where(
      and(eq(lotteryEntries.userId, page.userId), isNull(lotteryEntries.withdrawnAt), isBefore(page.before)),
    )
    .orderBy(desc(lotteryEntries.lotteryId))
    .limit(page.limit);
}

/** A winner with everything that is told of them. */
export interface LotteryWinnerRow {
  readonly prizeId: string;
  readonly prizeName: string;
  readonly rank: number;
  readonly entryId: string;
  readonly user: UserRef;
}

/** The winners of a lottery in the order of the draw. */
export async function listWinners(orm: Orm, lotteryId: string): Promise<readonly LotteryWinnerRow[]> {
  return orm
    .select({
      prizeId: lotteryWinners.prizeId,
      prizeName: lotteryPrizes.name,
      rank: lotteryWinners.rank,
      entryId: lotteryWinners.entryId,
      user: { id: users.id, name: users.name },
    })
    .from(lotteryWinners)
    .innerJoin(lotteryPrizes, eq(lotteryPrizes.id, lotteryWinners.prizeId))
    .innerJoin(users, eq(users.id, lotteryWinners.userId))
    .where(eq(lotteryWinners.lotteryId, lotteryId))
    .orderBy(asc(lotteryPrizes.position), asc(lotteryWinners.rank));
}

/** Where a user stands in a lottery. */
export interface StandingRow {
  readonly lotteryId: string;
  readonly entered: boolean;
  /** The room's host, or one of its moderators: they never enter. */
  readonly isModeration: boolean;
  readonly won: { readonly prizeId: string; readonly rank: number } | null;
}

const wonSchema = z.object({ prizeId: z.string(), rank: z.number() }).nullable();

/** Where a user stands in some lotteries. */
export async function listStandings(
  orm: Orm,
  userId: string,
  lotteryIds: readonly string[],
): Promise<readonly StandingRow[]> {
  if (lotteryIds.length === 0) return [];
  return orm
    .select({
      lotteryId: lotteries.id,
      entered: sql<boolean>`exists (select 1 from ${lotteryEntries} e where e.lottery_id = "lotteries"."id"
        and e.user_id = ${userId} and e.withdrawn_at is null)`,
      isModeration: sql<boolean>`exists (select 1 from ${rooms} r where r.id = "lotteries"."room_id"
          and r.host_id = ${userId})
        or exists (select 1 from ${roomModerators} m where m.room_id = "lotteries"."room_id"
          and m.user_id = ${userId})`,
      won: sql`(select json_build_object('prizeId', w.prize_id, 'rank', w.rank) from ${lotteryWinners} w
        where w.lottery_id = "lotteries"."id" and w.user_id = ${userId})`.mapWith((found: unknown) =>
        wonSchema.parse(found),
      ),
    })
    .from(lotteries)
    .where(inArray(lotteries.id, [...lotteryIds]));
}

/** When a lottery of a session was opened and drawn. */
export interface LotteryMarkRow {
  readonly id: string;
  readonly title: string;
  readonly openedAt: Date;
  /** Null while it is not drawn, or when it never is. */
  readonly drawnAt: Date | null;
}

/** The first lotteries of a session that were opened, in the order of time (their ids sort by it). */
export async function listLotteryMarks(
  orm: Orm,
  session: { readonly roomId: string; readonly id: string; readonly limit: number },
): Promise<readonly LotteryMarkRow[]> {
  return orm
    .select({
      id: lotteries.id,
      title: lotteries.title,
      openedAt: lotteries.opensAt,
      drawnAt: lotteries.drawnAt,
    })
    .from(lotteries)
    .where(
      and(
        eq(lotteries.roomId, session.roomId),
        eq(lotteries.sessionId, session.id),
        sql`${lotteries.opensAt} <= clock_timestamp()`,
      ),
    )
    .orderBy(asc(lotteries.id))
    .limit(session.limit);
}
