import { and, count, eq, exists, sql } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { follows, users } from "../schema/index.ts";

interface Follow {
  readonly followerId: string;
  readonly followeeId: string;
}

const isFollow = ({ followerId, followeeId }: Follow) =>
  and(eq(follows.followerId, followerId), eq(follows.followeeId, followeeId));

/**
 * Follows a user; following twice is following once.
 * @returns false when there is no such user to follow
 */
export async function insertFollow(orm: Orm, follow: Follow): Promise<boolean> {
  // One statement: the followee can't vanish between a check and the insert.
  const followee = orm
    .select({
      followerId: sql<string>`${follow.followerId}`.as("follower_id"),
      followeeId: users.id,
      createdAt: sql<Date>`now()`.as("created_at"),
    })
    .from(users)
    .where(eq(users.id, follow.followeeId));
  const rows = await orm
    .insert(follows)
    .select(followee)
    .onConflictDoNothing()
    .returning({ id: follows.followeeId });
  return rows.length > 0 || isFollowing(orm, follow);
}

/** Stops following a user; a no-op when they were not followed. */
export async function deleteFollow(orm: Orm, follow: Follow): Promise<void> {
  await orm.delete(follows).where(isFollow(follow));
}

/** Whether one user follows another. */
export async function isFollowing(orm: Orm, follow: Follow): Promise<boolean> {
  const rows = await orm.select({ id: follows.followeeId }).from(follows).where(isFollow(follow)).limit(1);
  return rows.length > 0;
}

/** How many follow a user, and whether `followerId` (null: nobody) is among them. */
export async function countFollowers(
  orm: Orm,
  followeeId: string,
  followerId: string | null,
): Promise<{ readonly followers: number; readonly following: boolean }> {
  const own =
    followerId === null
      ? sql<boolean>`false`
      : sql<boolean>`${exists(
          orm.select({ one: sql`1` }).from(follows).where(isFollow({ followerId, followeeId })),
        )}`;
  const [row] = await orm
    .select({ followers: count(), following: own })
    .from(follows)
    .where(eq(follows.followeeId, followeeId));
  return row ?? { followers: 0, following: false };
}
