import {
  type Database,
  deleteAuthSessionsOf,
  findManagedUser,
  insertSuspension,
  liftSuspension,
  listSuspensions,
  lockUser,
  type ManagedUserRow,
  type Orm,
  searchUsers,
} from "@barrage/db";
import { AppError, type UserRef } from "@barrage/protocol";

/** Why and how long somebody is kept out. */
export interface Suspension {
  readonly reason: string;
  readonly sinceMs: number;
  /** Null: without end. */
  readonly untilMs: number | null;
  /** Null: they are no user any more. */
  readonly by: UserRef | null;
}

/** One line of a user's record. */
export interface PastSuspension extends Suspension {
  readonly id: string;
  /** Null: nobody ended it before its time. */
  readonly lifted: { readonly atMs: number; readonly by: UserRef | null } | null;
}

/** A user as administrators see them. */
export interface ManagedUser extends UserRef {
  readonly createdAtMs: number;
  readonly isAdministrator: boolean;
  /** Null: not suspended. */
  readonly suspension: Suspension | null;
}

/** What administrators do about people. All throw AppError `database_unavailable` while Postgres can't be asked. */
export interface PeopleService {
  /** Up to 50 users whose names begin so, or those of them who are suspended; by name. */
  search(wanted: { readonly prefix: string; readonly isSuspended: boolean }): Promise<readonly ManagedUser[]>;
  /**
   * Ends all log-ins of a user, their streams included, on every node, and lets them in no more until it ends or is
   * lifted; where they are live as a host, the session ends. What they wrote stays. One that is in force already is
   * replaced, and stays in the record: what failed behind the commit is done by suspending again.
   * @throws AppError `user_not_found`; `forbidden` for an administrator, whose right is the operator's to take;
   * `rate_limited` when the room was changed too often to be ended now: the suspension holds all the same
   */
  suspend(
    byId: string,
    suspension: { readonly userId: string; readonly reason: string; readonly minutes: number | null },
  ): Promise<ManagedUser>;
  /** Lets a user log in again; nothing changes for one who may. @throws AppError `user_not_found` */
  unsuspend(byId: string, userId: string): Promise<ManagedUser>;
  /** A user's last 50 suspensions, the newest first. @throws AppError `user_not_found` */
  history(userId: string): Promise<readonly PastSuspension[]>;
}

interface PeopleServiceDeps {
  readonly database: Database;
  readonly newId: () => string;
  /** Makes every node end these log-ins at once. */
  readonly announceEnded: (sessionIds: readonly string[]) => void;
  /** Ends the session in which this user is live as a host, if there is one. */
  readonly endSession: (host: UserRef) => Promise<void>;
  /** For the log. */
  readonly onChanged: (change: {
    readonly userId: string;
    readonly byId: string;
    readonly suspended: boolean;
  }) => void;
}

const foundMax = 50;

/** Makes the service. */
export function createPeopleService(deps: PeopleServiceDeps): PeopleService {
  const { database } = deps;
  return {
    async search(wanted) {
      return (await searchUsers(database.orm, { ...wanted, limit: foundMax })).map(toManaged);
    },
    async suspend(byId, { userId, reason, minutes }) {
      const { user, ended } = await database.transaction(async (orm) => {
        const locked = await lockUser(orm, userId);
        if (locked === undefined) throw new AppError("user_not_found");
        if (locked.isAdministrator) throw new AppError("forbidden");
        await insertSuspension(orm, { id: deps.newId(), userId, byId, reason, minutes });
        const ended = await deleteAuthSessionsOf(orm, userId);
        return { user: await managedUser(orm, userId), ended };
      });
      deps.announceEnded(ended);
      deps.onChanged({ userId, byId, suspended: true });
      // Not before: with a log-in left they could go live again.
      await deps.endSession({ id: user.id, name: user.name });
      return user;
    },
    async unsuspend(byId, userId) {
      const { user, lifted } = await database.transaction(async (orm) => {
        if ((await lockUser(orm, userId)) === undefined) throw new AppError("user_not_found");
        const lifted = await liftSuspension(orm, { userId, byId });
        return { user: await managedUser(orm, userId), lifted };
      });
      if (lifted) deps.onChanged({ userId, byId, suspended: false });
      return user;
    },
    async history(userId) {
      await managedUser(database.orm, userId);
      const rows = await listSuspensions(database.orm, userId, foundMax);
      return rows.map(({ id, liftedAt, liftedBy, ...row }) => ({
        id,
        ...toSuspension(row),
        lifted: liftedAt === null ? null : { atMs: liftedAt.getTime(), by: liftedBy },
      }));
    },
  };
}

async function managedUser(orm: Orm, userId: string): Promise<ManagedUser> {
  const row = await findManagedUser(orm, userId);
  if (row === undefined) throw new AppError("user_not_found");
  return toManaged(row);
}

function toManaged({ id, name, createdAt, isAdministrator, suspension }: ManagedUserRow): ManagedUser {
  return {
    id,
    name,
    createdAtMs: createdAt.getTime(),
    isAdministrator,
    suspension: suspension === null ? null : toSuspension(suspension),
  };
}

function toSuspension(row: NonNullable<ManagedUserRow["suspension"]>): Suspension {
  const { reason, createdAt, until, by } = row;
  return { reason, sinceMs: createdAt.getTime(), untilMs: until?.getTime() ?? null, by };
}
