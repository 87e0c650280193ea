import {
  type Database,
  findCredentialsByName,
  findPasswordHash,
  holdPasswordHash,
  insertUser,
  replacePasswordHash,
  type UserRow,
} from "@barrage/db";
import { userNameSchema } from "@barrage/domain";
import { AppError } from "@barrage/protocol";
import type { AuthSessions } from "../../auth/auth-sessions.ts";
import type { PasswordHasher } from "../../auth/password-hasher.ts";
import type { FeatureGate } from "../../feature-gate.ts";
import type { Limits } from "../../limits.ts";
import type { CurrentUser, Identity } from "../../trpc/request-context.ts";

/** Where a log-in comes from. */
export interface LoginOrigin {
  readonly clientAddress: string;
  readonly userAgent: string | null;
}

interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** A fresh log-in: the user and their token. */
export interface Login {
  readonly user: CurrentUser;
  readonly token: string;
}

/** What people do with their account. */
export interface AccountService {
  /**
   * Adds a user and logs them in: both are committed, or neither.
   * @throws AppError `feature_disabled`, `name_taken`, `rate_limited`, `database_unavailable`
   */
  register(credentials: Credentials, origin: LoginOrigin): Promise<Login>;
  /**
   * Logs a user in. An unknown name and a wrong password get the same answer after the same work.
   * @throws AppError `credentials_invalid`, `account_suspended`, `rate_limited`, `database_unavailable`
   */
  login(credentials: Credentials, origin: LoginOrigin): Promise<Login>;
  /**
   * Changes the password and ends every other log-in of the user.
   * @throws AppError `credentials_invalid`, `rate_limited`, `database_unavailable`
   */
  changePassword(
    identity: Identity,
    change: { readonly oldPassword: string; readonly newPassword: string },
  ): Promise<void>;
}

export interface AccountServiceDeps {
  readonly database: Database;
  readonly passwords: PasswordHasher;
  readonly sessions: AuthSessions;
  readonly limits: Limits;
  readonly newId: () => string;
  readonly requireFeature: FeatureGate;
}

const currentUserOf = ({ id, name, createdAt, isAdministrator }: UserRow): CurrentUser => ({
  id,
  name,
  createdAtMs: createdAt.getTime(),
  isAdministrator,
});

/** Makes the service. */
export function createAccountService(deps: AccountServiceDeps): AccountService {
  const { database, passwords, sessions, limits } = deps;
  return {
    async register({ name, password }, { clientAddress, userAgent }) {
      deps.requireFeature("features.registration");
      await limits.take("register", clientAddress);
      const passwordHash = await passwords.hash(password);
      return database.transaction(async (orm) => {
        const user = await insertUser(orm, { id: deps.newId(), name, passwordHash });
        const { token } = await sessions.open(orm, { userId: user.id, userAgent });
        return { user: currentUserOf(user), token };
      });
    },

    async login({ name, password }, { clientAddress, userAgent }) {
      await limits.take("loginByAddress", clientAddress);
      await limits.take("loginByName", name.toLowerCase());
      // A name that nobody can have is only not looked up; the work after it is the same.
      const isName = userNameSchema.safeParse(name).success;
      const user = isName ? await findCredentialsByName(database.orm, name) : undefined;
      const fits = await passwords.verify(password, user?.passwordHash ?? null);
      if (user === undefined || !fits) throw new AppError("credentials_invalid");
      // Said only to who knows the password.
      if (user.suspension !== null) {
        const { leftMs } = user.suspension;
        throw new AppError("account_suspended", leftMs === null ? {} : { retryAfterMs: leftMs });
      }
      const { token, dropped } = await database.transaction(async (orm) => {
        const { id: userId, passwordHash } = user;
        // Changed while it was compared: the log-ins of that time have been ended, and this one would not be.
        if (!(await holdPasswordHash(orm, { userId, passwordHash })))
          throw new AppError("credentials_invalid");
        return sessions.open(orm, { userId, userAgent });
      });
      sessions.announce(dropped);
      return { user: currentUserOf(user), token };
    },

    async changePassword({ user, sessionId }, { oldPassword, newPassword }) {
      await limits.take("changePassword", user.id);
      const from = await findPasswordHash(database.orm, user.id);
      if (!(await passwords.verify(oldPassword, from ?? null)) || from === undefined) {
        throw new AppError("credentials_invalid");
      }
      const to = await passwords.hash(newPassword);
      const ended = await database.transaction(async (orm) => {
        const replaced = await replacePasswordHash(orm, { userId: user.id, from, to });
        // Somebody else changed it since: what was checked above is no longer the password.
        if (!replaced) throw new AppError("credentials_invalid");
        return sessions.endOthers(orm, user.id, sessionId);
      });
      sessions.announce(ended);
    },
  };
}
