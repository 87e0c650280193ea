import {
  type AuthLifetimes,
  deleteAuthSession,
  deleteAuthSessionsOf,
  findAuthSession,
  insertAuthSession,
  listAuthSessions,
  type Orm,
  sweepExpiredAuthSessions,
  updateAuthSessionIdleEnd,
} from "@barrage/db";
import type { Adapter, DatabaseSession, Lucia } from "lucia";
import { sessionIdOf } from "./session-token.ts";

interface UserAttributes {
  readonly name: string;
  readonly createdAtMs: number;
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
  /** Told of good log-ins that had to make room for a new one. */
  readonly onDropped: (sessionIds: readonly string[]) => void;
}

/**
 * Lucia's storage over our tables. Lucia keeps ids as they are and knows one lifetime only, so this is where tokens
 * are hashed on their way in (Lucia's "session id" is our token) and where the queries hold the absolute lifetime.
 */
export function createSessionAdapter({ orm, lifetimes, onDropped }: SessionAdapterDeps): Adapter {
  return {
    async getSessionAndUser(token) {
      const found = await findAuthSession(orm, sessionIdOf(token), lifetimes);
      if (found === undefined) return [null, null];
      const { session, user } = found;
      return [
        {
          // The token again, not its hash: Lucia hands this id back to the methods below.
          id: token,
          userId: session.userId,
          expiresAt: session.idleExpiresAt,
          attributes: { userAgent: session.userAgent },
        },
        { id: user.id, attributes: { name: user.name, createdAtMs: user.createdAt.getTime() } },
      ];
    },
    async getUserSessions(userId) {
      const rows = await listAuthSessions(orm, userId);
      return rows.map(
        (row): DatabaseSession => ({
          id: row.id,
          userId: row.userId,
          expiresAt: row.idleExpiresAt,
          attributes: { userAgent: row.userAgent },
        }),
      );
    },
    async setSession({ id: token, userId, attributes }) {
      const dropped = await insertAuthSession(orm, {
        id: sessionIdOf(token),
        userId,
        userAgent: attributes.userAgent,
        lifetimes,
      });
      if (dropped.length > 0) onDropped(dropped);
    },
    updateSessionExpiration: (token, expiresAt) =>
      updateAuthSessionIdleEnd(orm, sessionIdOf(token), expiresAt),
    deleteSession: (token) => deleteAuthSession(orm, sessionIdOf(token)),
    async deleteUserSessions(userId) {
      await deleteAuthSessionsOf(orm, userId);
    },
    deleteExpiredSessions: () => sweepExpiredAuthSessions(orm),
  };
}
