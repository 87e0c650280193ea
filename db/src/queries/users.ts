import { AppError } from "@barrage/protocol";
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { isUniqueViolation } from "../database-error.ts";
import { userSuspensions, users } from "../schema/index.ts";
import { suspensionInForce } from "./user-suspensions.ts";

/** A user as the rest of the program sees them; the password's hash never leaves by this way. */
export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly isAdministrator: boolean;
}

/** What others of this package select of a user. */
export const publicColumns = {
  id: users.id,
  name: users.name,
  createdAt: users.createdAt,
  isAdministrator: users.isAdministrator,
};
const hasName = (name: string) => eq(sql`lower(${users.name})`, name.toLowerCase());

/**
 * Adds a user. The unique index decides between two registrations of one name.
 * @throws AppError `name_taken`
 */
export async function insertUser(
  orm: Orm,
  user: { readonly id: string; readonly name: string; readonly passwordHash: string },
): Promise<UserRow> {
  try {
    const [row] = await orm.insert(users).values(user).returning(publicColumns);
    if (row === undefined) throw new Error("an insert returned no row");
    return row;
  } catch (error) {
    if (isUniqueViolation(error, "users_name_unique")) throw new AppError("name_taken", { cause: error });
    throw error;
  }
}

/** The user with this name, whatever its capitals. */
export async function findUserByName(orm: Orm, name: string): Promise<UserRow | undefined> {
  const [row] = await orm.select(publicColumns).from(users).where(hasName(name)).limit(1);
  return row;
}

/** What a log-in has to be compared with. */
export interface UserCredentials extends UserRow {
  readonly passwordHash: string;
  /** The one in force, and how long it goes on (null: without end); null: not suspended. */
  readonly suspension: { readonly id: string; readonly leftMs: number | null } | null;
}

/** The user with this name and their password's hash, for checking a log-in. */
export async function findCredentialsByName(orm: Orm, name: string): Promise<UserCredentials | undefined> {
  const [row] = await orm
    .select({
      ...publicColumns,
      passwordHash: users.passwordHash,
      suspension: {
        id: userSuspensions.id,
        leftMs: sql<number | null>`(extract(epoch from ${userSuspensions.until} - now()) * 1000)::float8`,
      },
    })
    .from(users)
    .leftJoin(userSuspensions, suspensionInForce)
    .where(hasName(name))
    .limit(1);
  return row;
}

/** The password's hash of a known user. */
export async function findPasswordHash(orm: Orm, userId: string): Promise<string | undefined> {
  const [row] = await orm
    .select({ passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.id, userId))
    .limit(1);
  return row?.passwordHash;
}

/**
 * Replaces a password's hash, and only the one that was checked: of two changes at once, one finds the hash moved.
 * @returns false when `from` is no longer the user's hash
 */
export async function replacePasswordHash(
  orm: Orm,
  change: { readonly userId: string; readonly from: string; readonly to: string },
): Promise<boolean> {
  const rows = await orm
    .update(users)
    .set({ passwordHash: change.to })
    .where(and(eq(users.id, change.userId), eq(users.passwordHash, change.from)))
    .returning({ id: users.id });
  return rows.length > 0;
}

/**
 * Holds a user's row until the transaction ends, when this is still their password's hash: whoever replaces it
 * ({@link replacePasswordHash}) waits, and then sees what was written meanwhile.
 * @returns false when it is no longer the user's hash
 */
export async function holdPasswordHash(
  orm: Orm,
  { userId, passwordHash }: { readonly userId: string; readonly passwordHash: string },
): Promise<boolean> {
  const rows = await orm
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.passwordHash, passwordHash)))
    // Of the row locks the weakest that an update of the hash has to wait for; log-ins go on side by side.
    .for("share");
  return rows.length > 0;
}

const administratorsMax = 1_000;

/** Those who may run the platform, by name. */
export async function listAdministrators(orm: Orm): Promise<readonly UserRow[]> {
  return orm
    .select(publicColumns)
    .from(users)
    .where(eq(users.isAdministrator, true))
    .orderBy(asc(users.name))
    .limit(administratorsMax);
}

/**
 * Makes somebody an administrator, or no longer one. The api notices within seconds, when it asks for the log-in again.
 * @returns the user, or undefined when nobody has this name
 */
export async function setAdministrator(
  orm: Orm,
  { name, isAdministrator }: { readonly name: string; readonly isAdministrator: boolean },
): Promise<UserRow | undefined> {
  const [row] = await orm
    .update(users)
    .set({ isAdministrator })
    .where(hasName(name))
    .returning(publicColumns);
  return row;
}

/** Which users, and which page of them. */
export interface UsersNamed {
  readonly ids: readonly string[];
  /** The last one of the page before. */
  readonly after?: { readonly name: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** Users with these ids, by name; ids of nobody are left out. */
export async function listUsersNamed(
  orm: Orm,
  { ids, after, limit }: UsersNamed,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  if (ids.length === 0) return [];
  const place = sql`(lower(${users.name}), ${users.id})`;
  const isLater = after && sql`${place} > (lower(${after.name}), ${after.id})`;
  return await orm
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(and(inArray(users.id, [...ids]), isLater))
    .orderBy(asc(sql`lower(${users.name})`), asc(users.id))
    .limit(limit);
}
