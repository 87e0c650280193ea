import { countFollowers, type Database, deleteFollow, findUserByName, insertFollow } from "@barrage/db";
import { AppError, type UserRef } from "@barrage/protocol";
import type { Limits } from "../../limits.ts";

/** A user as others see them. */
export interface Profile extends UserRef {
  readonly followers: number;
  /** Whether the asking user follows them. */
  readonly following: boolean;
}

/** How users see and follow each other. */
export interface ProfileService {
  /** @throws AppError `user_not_found` */
  get(name: string, askingUserId: string | null): Promise<Profile>;
  /** Following twice is following once. @throws AppError `user_not_found`; `input_invalid` for oneself */
  follow(followerId: string, followeeId: string): Promise<void>;
  /** Unfollowing somebody who is not followed changes nothing. */
  unfollow(followerId: string, followeeId: string): Promise<void>;
}

/** Makes the service. */
export function createProfileService(deps: {
  readonly database: Database;
  readonly limits: Limits;
}): ProfileService {
  const { orm } = deps.database;
  return {
    async get(name, askingUserId) {
      const user = await findUserByName(orm, name);
      if (user === undefined) throw new AppError("user_not_found");
      const counted = await countFollowers(orm, user.id, askingUserId);
      return { id: user.id, name: user.name, ...counted };
    },
    async follow(followerId, followeeId) {
      await deps.limits.take("follow", followerId);
      if (followerId === followeeId) {
        const issues = [{ path: "userId", message: "nobody follows themselves" }];
        throw new AppError("input_invalid", { issues });
      }
      const found = await insertFollow(orm, { followerId, followeeId });
      if (!found) throw new AppError("user_not_found");
    },
    async unfollow(followerId, followeeId) {
      await deps.limits.take("follow", followerId);
      await deleteFollow(orm, { followerId, followeeId });
    },
  };
}
