import { and, asc, count, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Orm } from "../database.ts";
import {
  follows,
  lotteries,
  lotteryEntries,
  lotteryWinners,
  roomModerators,
  rooms,
  users,
  watchTimes,
} from "../schema/index.ts";

/** Somebody and a lottery. */
export interface EntryKey {
  readonly lotteryId: string;
  readonly userId: string;
}

/** An entry that the rules allow, on its way into the pool. */
export interface NewEntry extends EntryKey {
  readonly entryId: string;
  /** Of the rules it was judged by. */
  readonly rulesVersion: number;
  /** What it was judged by. */
  readonly evidence: unknown;
  /** When it was sent, where that is known and not now: a phrase in the room's log. */
  readonly atMs: number | null;
}

/** What became of an entry. `unclear`: closed, not open yet, excluded, or another statement was faster. */
export type EntryOutcome = "entered" | "already" | "unclear";

const outcomesSchema = z.array(
  z.object({
    lotteryId: z.string(),
    userId: z.string(),
    outcome: z.enum(["entered", "already", "unclear"]),
  }),
);

/**
 * Enters many at once, in one statement, in whatever lotteries. It holds a key share of each lottery's row to its commit:
 * a close waits for it, and one that the close overtook finds the lottery closed. Host and moderators are kept out here,
 * where nothing can come between. Rows go in by their keys' order, so that two statements can't deadlock.
 *
 * Whether somebody was in already is a scalar subquery, which Postgres answers from the primary key, for those alone whom
 * it did not write: of an `exists` it makes a hash table of all who are in, anew with every statement, and a crowd of
 * 50,000 then takes 20 ms of Postgres for 28 entries.
 */
export async function enterLotteries(
  orm: Orm,
  entries: readonly NewEntry[],
): Promise<readonly (EntryKey & { readonly outcome: EntryOutcome })[]> {
  const found = await orm.execute(sql`
    with asked as (
      select distinct on ("lotteryId", "userId") * from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)
        as row ("lotteryId" text, "userId" text, "entryId" text, "rulesVersion" integer, evidence jsonb, "atMs" bigint)
    ), open as materialized (
      select id, room_id, rules_version, opens_at, closes_at from ${lotteries}
      where id in (select "lotteryId" from asked) and state = 'open'
      order by id for key share
    ), written as (
      insert into ${lotteryEntries} (lottery_id, user_id, id, evidence)
      select open.id, asked."userId", asked."entryId", asked.evidence
      from asked join open on open.id = asked."lotteryId" and open.rules_version = asked."rulesVersion"
      cross join lateral (
        select coalesce(timestamptz 'epoch' + asked."atMs" * interval '1 millisecond', clock_timestamp()) as at
      ) sent
      where sent.at >= open.opens_at and (open.closes_at is null or sent.at < open.closes_at)
        and not exists (select 1 from ${rooms} r where r.id = open.room_id and r.host_id = asked."userId")
        and not exists (
          select 1 from ${roomModerators} m where m.room_id = open.room_id and m.user_id = asked."userId"
        )
      order by open.id, asked."userId"
      on conflict (lottery_id, user_id) do update
        set withdrawn_at = null, entered_at = clock_timestamp(), evidence = excluded.evidence
        where ${lotteryEntries.withdrawnAt} is not null
      returning lottery_id, user_id
    )
    select asked."lotteryId", asked."userId", case
      when exists (
        select 1 from written w where w.lottery_id = asked."lotteryId" and w.user_id = asked."userId"
      ) then 'entered'
      else coalesce((
        select 'already' from ${lotteryEntries} e
        where e.lottery_id = asked."lotteryId" and e.user_id = asked."userId" and e.withdrawn_at is null
      ), 'unclear') end as outcome
    from asked`);
  return outcomesSchema.parse([...found]);
}

/**
 * Takes an entry back while the lottery is open; it holds the lottery's row as an entry does.
 * @returns false when there was none, or the lottery is not open any more
 */
export async function withdrawEntry(orm: Orm, { lotteryId, userId }: EntryKey): Promise<boolean> {
  const withdrawn = await orm.execute(sql`
    with open as materialized (
      select id from ${lotteries} where id = ${lotteryId} and state = 'open'
        and (closes_at is null or closes_at > clock_timestamp())
      for key share
    )
    update ${lotteryEntries} e set withdrawn_at = clock_timestamp() from open
    where e.lottery_id = open.id and e.user_id = ${userId} and e.withdrawn_at is null
    returning e.id`);
  return withdrawn.length > 0;
}

const factsSchema = z.array(
  z.object({
    lotteryId: z.string(),
    userId: z.string(),
    followsHost: z.boolean(),
    accountAgeMs: z.number(),
    watchedSeconds: z.number(),
    lastWonAgoMs: z.number().nullable(),
  }),
);

/** What is known of somebody who wants to enter, all by Postgres' clock. */
export type EntryFactsRow = z.infer<typeof factsSchema>[number];

/** The facts of many at once. Pairs of an unknown user or lottery are left out. */
export async function findEntryFacts(orm: Orm, keys: readonly EntryKey[]): Promise<readonly EntryFactsRow[]> {
  const found = await orm.execute(sql`
    select asked."lotteryId", asked."userId",
      exists (
        select 1 from ${follows} f join ${rooms} r on r.id = l.room_id
        where f.follower_id = u.id and f.followee_id = r.host_id
      ) as "followsHost",
      floor(extract(epoch from clock_timestamp() - u.created_at) * 1000)::float8 as "accountAgeMs",
      coalesce((
        select w.watched_ms / 1000 from ${watchTimes} w where w.session_id = l.session_id and w.user_id = u.id
      ), 0) as "watchedSeconds",
      (
        select floor(extract(epoch from clock_timestamp() - max(v.won_at)) * 1000)::float8 from ${lotteryWinners} v
        where v.user_id = u.id and v.room_id = l.room_id
      ) as "lastWonAgoMs"
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as asked ("lotteryId" text, "userId" text)
    join ${lotteries} l on l.id = asked."lotteryId"
    join ${users} u on u.id = asked."userId"`);
  return factsSchema.parse([...found]);
}

/** A user's entry that was not withdrawn. */
export async function findEntry(
  orm: Orm,
  { lotteryId, userId }: EntryKey,
): Promise<{ readonly id: string } | undefined> {
  const [entry] = await orm
    .select({ id: lotteryEntries.id })
    .from(lotteryEntries)
    .where(
      and(
        eq(lotteryEntries.lotteryId, lotteryId),
        eq(lotteryEntries.userId, userId),
        isNull(lotteryEntries.withdrawnAt),
      ),
    );
  return entry;
}

const isIn = (lotteryId: string) =>
  and(eq(lotteryEntries.lotteryId, lotteryId), isNull(lotteryEntries.withdrawnAt));

/** How many are in. */
export async function countEntries(orm: Orm, lotteryId: string): Promise<number> {
  const [row] = await orm.select({ count: count() }).from(lotteryEntries).where(isIn(lotteryId));
  return row?.count ?? 0;
}

/** An entry of the pool. */
export interface PoolEntry {
  readonly id: string;
  readonly userId: string;
}

const pageEntries = 50_000;

/**
 * Everybody who is in, by user. Call it for a frozen pool: it is read page by page, since statements have a deadline, and
 * only a frozen one does not change between two pages.
 */
export async function readPool(orm: Orm, lotteryId: string): Promise<readonly PoolEntry[]> {
  const entries: PoolEntry[] = [];
  for (let afterUserId = "", full = true; full; ) {
    const page = await orm
      .select({ id: lotteryEntries.id, userId: lotteryEntries.userId })
      .from(lotteryEntries)
      .where(and(isIn(lotteryId), gt(lotteryEntries.userId, afterUserId)))
      .orderBy(asc(lotteryEntries.userId))
      .limit(pageEntries);
    for (const entry of page) entries.push(entry);
    afterUserId = page.at(-1)?.userId ?? "";
    full = page.length === pageEntries;
  }
  return entries;
}
