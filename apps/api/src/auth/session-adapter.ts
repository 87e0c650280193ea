import {
  type AuthLifetimes,
  deleteAuthSession,
  deleteAuthSessionsOf,
  insertAuthSession,
  listAuthSessions,
  type Orm,
  sweepExpiredAuthSessions,
  updateAuthSessionIdleEnd,
} from "@barrage/db";
import type { Adapter, Lucia } from "lucia";
import type { LoginFinder } from "./login-finder.ts";

interface UserAttributes {
  readonly name: string;
  readonly createdAtMs: number;
  readonly isAdministrator: boolean;
}

// How Lucia is told the types of what is kept with its sessions and users.
declare module "lucia" {
  interface Register {
    Lucia: Lucia<object, UserAttributes>;
    DatabaseSessionAttributes: { readonly userAgent: string | null };
    DatabaseUserAttributes: UserAttributes;
  }
}

interface SessionAdapterDeps {
  readonly orm: Orm;
  readonly lifetimes: AuthLifetimes;
  readonly find: LoginFinder;
  /** Told of good log-ins that had to make room for a new one. */
  readonly onDropped: (sessionIds: readonly string[]) => void;
}

/**
 * Lucia's storage over our tables. Lucia's "session id" is what is stored, so it is given the hash of a token and
 * never the token. Its one lifetime is our idle one; the absolute one is held by the queries, where no caller can
 * forget it.
 */
export function createSessionAdapter({ orm, lifetimes, find, onDropped }: SessionAdapterDeps): Adapter {
  return {
    async getSessionAndUser(sessionId) {
      const found = await find(sessionId);
      if (found === undefined) return [null, null];
      const { session, user } = found;
      return [
        {
          id: session.id,
          userId: session.userId,
          expiresAt: session.idleExpiresAt,
          attributes: { userAgent: session.userAgent },
        },
        {
          id: user.id,
          attributes: {
            name: user.name,
            createdAtMs: user.createdAt.getTime(),
            isAdministrator: user.isAdministrator,
          },
        },
      ];
    },
    async getUserSessions(userId) {
      const rows = await listAuthSessions(orm, userId);
      return rows.map(({ id, idleExpiresAt, userAgent }) => ({
        id,
        userId,
        expiresAt: idleExpiresAt,
        attributes: { userAgent },
      }));
    },
    async setSession({ id, userId, attributes }) {
      const dropped = await insertAuthSession(orm, { id, userId, ...attributes, lifetimes });
      if (dropped.length > 0) onDropped(dropped);
    },
    updateSessionExpiration: (sessionId, expiresAt) => updateAuthSessionIdleEnd(orm, sessionId, expiresAt),
    deleteSession: (sessionId) => deleteAuthSession(orm, sessionId),
    async deleteUserSessions(userId) {
      await deleteAuthSessionsOf(orm, userId);
    },
    deleteExpiredSessions: () => sweepExpiredAuthSessions(orm),
  };
}
