import { and, desc, eq, gt, inArray, lte, ne, notExists, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { authSessions, userSuspensions, users } from "../schema/index.ts";
import { isInForce } from "./user-suspensions.ts";
import { publicColumns, type UserRow } from "./users.ts";

/** One log-in. `id` is the hash of its token. */
export interface AuthSessionRow {
  readonly id: string;
  readonly userId: string;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly idleExpiresAt: Date;
  readonly expiresAt: Date;
}

/** How long log-ins live. */
export interface AuthLifetimes {
  /** Unused for so long, a log-in ends. */
  readonly idleMs: number;
  /** However much it is used, it ends after this. */
  readonly absoluteMs: number;
  /** Use is written down at most this often. */
  readonly touchEveryMs: number;
}

const columns = {
  id: authSessions.id,
  userId: authSessions.userId,
  userAgent: authSessions.userAgent,
  createdAt: authSessions.createdAt,
  lastUsedAt: authSessions.lastUsedAt,
  idleExpiresAt: authSessions.idleExpiresAt,
  expiresAt: authSessions.expiresAt,
};

// Both ends are judged by Postgres' clock, and in every query that answers who somebody is.
const alive = and(gt(authSessions.idleExpiresAt, sql`now()`), gt(authSessions.expiresAt, sql`now()`));
const fromNow = (durationMs: number) => sql`now() + ${durationMs} * interval '1 millisecond'`;

const sessionsPerUserMax = 50;
const sweptPerInsertMax = 100;

/**
 * Adds a log-in, and keeps the table small in the same breath: some of the expired ones go, and so do the user's
 * least recently used beyond 50.
 * @returns the ids of the user's log-ins that had to go although they were still good
 */
export async function insertAuthSession(
  orm: Orm,
  session: {
    readonly id: string;
    readonly userId: string;
    readonly userAgent: string | null;
    readonly lifetimes: AuthLifetimes;
  },
): Promise<readonly string[]> {
  const { lifetimes, ...values } = session;
  await orm.insert(authSessions).values({
    ...values,
    idleExpiresAt: fromNow(Math.min(lifetimes.idleMs, lifetimes.absoluteMs)),
    expiresAt: fromNow(lifetimes.absoluteMs),
  });
  await sweepExpiredAuthSessions(orm);
  const surplus = orm
    .select({ id: authSessions.id })
    .from(authSessions)
    .where(and(eq(authSessions.userId, session.userId), ne(authSessions.id, session.id), alive))
    .orderBy(desc(authSessions.lastUsedAt), desc(authSessions.id))
    .offset(sessionsPerUserMax - 1);
  const dropped = await orm
    .delete(authSessions)
    .where(inArray(authSessions.id, surplus))
    .returning({ id: authSessions.id });
  return dropped.map(({ id }) => id);
}

/** Removes up to 100 log-ins that have ended; a log-in's idle end is never after its absolute end. */
export async function sweepExpiredAuthSessions(orm: Orm): Promise<void> {
  const expired = orm
    .select({ id: authSessions.id })
    .from(authSessions)
    .where(lte(authSessions.idleExpiresAt, sql`now()`))
    .limit(sweptPerInsertMax)
    // Two sweeps at once take different rows instead of waiting for each other.
    .for("update", { skipLocked: true });
  await orm.delete(authSessions).where(inArray(authSessions.id, expired));
}

/** A log-in with its user. */
export interface FoundAuthSession {
  readonly session: AuthSessionRow;
  readonly user: UserRow;
}

/**
 * The log-ins with these ids and their users, as far as they have neither idled out nor reached their absolute ends
 * and their users are not suspended. Using them moves their idle ends forward, up to the absolute ones, at most every
 * `touchEveryMs`. Many at once, because in a rush everybody's log-in is asked for.
 *
 * The owner comes by a lateral join with a limit, and a suspension by `not exists`, so that each is found by its index
 * whatever Postgres guesses: of outer joins and a list of 125 ids it once made a scan of all 50,000 users.
 */
export async function findAuthSessions(
  orm: Orm,
  ids: readonly string[],
  lifetimes: AuthLifetimes,
): Promise<readonly FoundAuthSession[]> {
  const owner = orm
    .select(publicColumns)
    .from(users)
    .where(eq(users.id, authSessions.userId))
    .limit(1)
    .as("owner");
  // A log-in that slipped in after its user was suspended opens nothing.
  const suspension = orm
    .select({ id: userSuspensions.id })
    .from(userSuspensions)
    .where(and(eq(userSuspensions.userId, authSessions.userId), isInForce));
  const found = await orm
    .select({
      session: columns,
      user: {
        id: owner.id,
        name: owner.name,
        createdAt: owner.createdAt,
        isAdministrator: owner.isAdministrator,
      },
      touch: sql<boolean>`${authSessions.lastUsedAt} <= ${fromNow(-lifetimes.touchEveryMs)}`,
    })
    .from(authSessions)
    .innerJoinLateral(owner, sql`true`)
    .where(and(sql`${authSessions.id} = any(${sql.param([...ids])}::text[])`, alive, notExists(suspension)));
  const stale = found.flatMap(({ session, touch }) => (touch ? [session.id] : []));
  if (stale.length === 0) return found;
  const touched = await orm
    .update(authSessions)
    .set({
      lastUsedAt: sql`now()`,
      idleExpiresAt: sql`least(${fromNow(lifetimes.idleMs)}, ${authSessions.expiresAt})`,
    })
    .where(and(inArray(authSessions.id, stale), alive))
    .returning(columns);
  const renewed = new Map(touched.map((session) => [session.id, session]));
  return found.flatMap(({ session, user, touch }) => {
    if (!touch) return [{ session, user }];
    // Gone between the two statements: revoked, and a revocation wins.
    const own = renewed.get(session.id);
    return own === undefined ? [] : [{ session: own, user }];
  });
}

/** Moves a log-in's idle end, never past its absolute one. */
export async function updateAuthSessionIdleEnd(orm: Orm, id: string, idleExpiresAt: Date): Promise<void> {
  await orm
    .update(authSessions)
    .set({
      idleExpiresAt: sql`least(${idleExpiresAt.toISOString()}::timestamptz, ${authSessions.expiresAt})`,
    })
    .where(eq(authSessions.id, id));
}

/** A user's log-ins that are still good, the last used first. */
export async function listAuthSessions(orm: Orm, userId: string): Promise<readonly AuthSessionRow[]> {
  return orm
    .select(columns)
    .from(authSessions)
    .where(and(eq(authSessions.userId, userId), alive))
    .orderBy(desc(authSessions.lastUsedAt), desc(authSessions.id))
    .limit(sessionsPerUserMax);
}

/** Ends a log-in. */
export async function deleteAuthSession(orm: Orm, id: string): Promise<void> {
  await orm.delete(authSessions).where(eq(authSessions.id, id));
}

/**
 * Ends a log-in of this user and of nobody else.
 * @returns false when the user has no such log-in
 */
export async function deleteAuthSessionOf(orm: Orm, userId: string, id: string): Promise<boolean> {
  const rows = await orm
    .delete(authSessions)
    .where(and(eq(authSessions.id, id), eq(authSessions.userId, userId)))
    .returning({ id: authSessions.id });
  return rows.length > 0;
}

/**
 * Ends all log-ins of a user, but for `keptId`.
 * @returns the ids of those that ended
 */
export async function deleteAuthSessionsOf(
  orm: Orm,
  userId: string,
  keptId?: string,
): Promise<readonly string[]> {
  const rows = await orm
    .delete(authSessions)
    .where(
      and(eq(authSessions.userId, userId), keptId === undefined ? undefined : ne(authSessions.id, keptId)),
    )
    .returning({ id: authSessions.id });
  return rows.map(({ id }) => id);
}
