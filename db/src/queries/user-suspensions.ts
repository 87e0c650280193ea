import { and, asc, desc, eq, isNull, like, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Orm } from "../database.ts";
import { userSuspensions, users } from "../schema/index.ts";

/** One time that somebody was kept out of the platform. */
export interface SuspensionRow {
  readonly id: string;
  readonly reason: string;
  /** Null: without end. */
  readonly until: Date | null;
  readonly createdAt: Date;
  /** Whoever did it; null when they are no user any more. */
  readonly by: { readonly id: string; readonly name: string } | null;
  /** Null: nobody ended it before its time. */
  readonly liftedAt: Date | null;
  readonly liftedBy: { readonly id: string; readonly name: string } | null;
}

/** A user as administrators see them. */
export interface ManagedUserRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly isAdministrator: boolean;
  /** The one in force; null: not suspended. */
  readonly suspension: Pick<SuspensionRow, "reason" | "until" | "createdAt" | "by"> | null;
}

/** Whether a row of `user_suspensions` counts now, by Postgres' clock. At most one of a user's does. */
export const isInForce = and(
  isNull(userSuspensions.liftedAt),
  or(isNull(userSuspensions.until), sql`${userSuspensions.until} > now()`),
);

/** The condition that joins a user's suspension in force. */
export const suspensionInForce: SQL | undefined = and(eq(userSuspensions.userId, users.id), isInForce);

const imposer = alias(users, "imposer");
const lifter = alias(users, "lifter");

const suspensionColumns = {
  id: userSuspensions.id,
  reason: userSuspensions.reason,
  until: userSuspensions.until,
  createdAt: userSuspensions.createdAt,
};

function selectManaged(orm: Orm) {
  return orm
    .select({
      id: users.id,
      name: users.name,
      createdAt: users.createdAt,
      isAdministrator: users.isAdministrator,
      suspension: suspensionColumns,
      by: { id: imposer.id, name: imposer.name },
    })
    .from(users)
    .leftJoin(userSuspensions, suspensionInForce)
    .leftJoin(imposer, eq(imposer.id, userSuspensions.byId))
    .$dynamic();
}

type Selected = Awaited<ReturnType<typeof selectManaged>>[number];

const toManagedRow = ({ suspension, by, ...user }: Selected): ManagedUserRow => ({
  ...user,
  suspension: suspension === null ? null : { ...suspension, by },
});

interface UserSearch {
  /** What the name begins with, whatever its capitals; empty: any. */
  readonly prefix: string;
  readonly isSuspended: boolean;
  readonly limit: number;
}

/** Users by their names, or those of them that are suspended; by name. */
export async function searchUsers(
  orm: Orm,
  { prefix, isSuspended, limit }: UserSearch,
): Promise<readonly ManagedUserRow[]> {
  // What was typed is no pattern: `_` is in many names.
  const pattern = `${prefix.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const rows = await selectManaged(orm)
    .where(
      and(
        like(sql`lower(${users.name})`, pattern),
        isSuspended ? sql`${userSuspensions.id} is not null` : undefined,
      ),
    )
    .orderBy(asc(sql`lower(${users.name})`))
    .limit(limit);
  return rows.map(toManagedRow);
}

/** One user as administrators see them. */
export async function findManagedUser(orm: Orm, userId: string): Promise<ManagedUserRow | undefined> {
  const [row] = await selectManaged(orm).where(eq(users.id, userId)).limit(1);
  return row === undefined ? undefined : toManagedRow(row);
}

/**
 * Takes a user's row for the rest of a transaction: changes of their suspensions come one after the other, and a log-in
 * (whose row refers to the user's) is either there before, to be ended, or comes after and finds the suspension.
 * @returns undefined when there is no such user
 */
export async function lockUser(
  orm: Orm,
  userId: string,
): Promise<{ readonly isAdministrator: boolean } | undefined> {
  const [row] = await orm
    .select({ isAdministrator: users.isAdministrator })
    .from(users)
    .where(eq(users.id, userId))
    .for("update");
  return row;
}

/** A suspension to begin with the transaction. */
export interface NewSuspension {
  readonly id: string;
  readonly userId: string;
  readonly byId: string;
  readonly reason: string;
  /** Null: without end. */
  readonly minutes: number | null;
}

/** Begins a suspension in the place of the one in force, if there is one. Call {@link lockUser} before. */
export async function insertSuspension(orm: Orm, suspension: NewSuspension): Promise<void> {
  const { minutes, ...values } = suspension;
  await liftSuspension(orm, suspension);
  await orm.insert(userSuspensions).values({
    ...values,
    until: minutes === null ? null : sql`now() + ${minutes} * interval '1 minute'`,
  });
}

/** Ends the suspension in force; it stays in the user's history. @returns false when there was none */
export async function liftSuspension(
  orm: Orm,
  { userId, byId }: { readonly userId: string; readonly byId: string },
): Promise<boolean> {
  const rows = await orm
    .update(userSuspensions)
    .set({ liftedAt: sql`now()`, liftedById: byId })
    .where(and(eq(userSuspensions.userId, userId), isInForce))
    .returning({ id: userSuspensions.id });
  return rows.length > 0;
}

/** A user's suspensions, the newest first. */
export async function listSuspensions(
  orm: Orm,
  userId: string,
  limit: number,
): Promise<readonly SuspensionRow[]> {
  return orm
    .select({
      ...suspensionColumns,
      by: { id: imposer.id, name: imposer.name },
      liftedAt: userSuspensions.liftedAt,
      liftedBy: { id: lifter.id, name: lifter.name },
    })
    .from(userSuspensions)
    .leftJoin(imposer, eq(imposer.id, userSuspensions.byId))
    .leftJoin(lifter, eq(lifter.id, userSuspensions.liftedById))
    .where(eq(userSuspensions.userId, userId))
    .orderBy(desc(userSuspensions.createdAt), desc(userSuspensions.id))
    .limit(limit);
}
