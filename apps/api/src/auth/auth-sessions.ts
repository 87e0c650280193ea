import {
  type AuthLifetimes,
  type AuthSessionRow,
  type Database,
  deleteAuthSessionOf,
  deleteAuthSessionsOf,
  listAuthSessions,
  type Orm,
} from "@barrage/db";
import { Lucia, TimeSpan } from "lucia";
import type { Identity } from "../trpc/request-context.ts";
import { createSessionAdapter } from "./session-adapter.ts";
import { isSessionToken, newSessionToken, sessionIdOf } from "./session-token.ts";

/** Log-ins: opening, recognising and ending them. The only file that knows Lucia. */
export interface AuthSessions {
  /**
   * Opens a log-in with `orm`, which may be a transaction.
   * @returns the token, in clear for this once; only its hash is stored
   */
  open(orm: Orm, login: { readonly userId: string; readonly userAgent: string | null }): Promise<string>;
  /**
   * Who holds this token; null when it is unknown, expired or revoked. Answered from memory for a few seconds, and for
   * some minutes while Postgres can't be asked, so that a live room goes on.
   * @throws AppError `database_unavailable` for a token that is not in memory
   */
  identify(token: string): Promise<Identity | null>;
  /** A user's log-ins that are still good, the last used first. */
  list(userId: string): Promise<readonly AuthSessionRow[]>;
  /** Ends one log-in of this user, on every node. @returns false when the user has no such log-in */
  end(userId: string, sessionId: string): Promise<boolean>;
  /** Ends a user's log-ins but for `keptId` with `orm`; {@link announce} the result once it is committed. */
  endOthers(orm: Orm, userId: string, keptId: string): Promise<readonly string[]>;
  /** Makes every node forget these log-ins at once. */
  announce(sessionIds: readonly string[]): void;
}

interface AuthSessionsDeps {
  readonly database: Database;
  readonly lifetimes: AuthLifetimes;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Remembers answers by session id. */
  readonly remembered: {
    get(sessionId: string, load: () => Promise<Identity | null>): Promise<Identity | null>;
    delete(sessionId: string): void;
  };
  /** Tells the other nodes; must not throw. */
  readonly publishRevoked: (sessionIds: readonly string[]) => void;
}

/** Makes the service. It owns nothing that has to be closed. */
export function createAuthSessions(deps: AuthSessionsDeps): AuthSessions {
  const { database, lifetimes, remembered } = deps;

  function announce(sessionIds: readonly string[]): void {
    if (sessionIds.length === 0) return;
    // This node first, and without the network: whoever logged out here is out here.
    for (const id of sessionIds) remembered.delete(id);
    deps.publishRevoked(sessionIds);
  }

  // One per transaction, because Lucia binds its storage once; it is a few fields.
  function luciaOver(orm: Orm) {
    return new Lucia(createSessionAdapter({ orm, lifetimes, onDropped: announce }), {
      sessionExpiresIn: new TimeSpan(lifetimes.idleMs, "ms"),
      getUserAttributes: ({ name, createdAtMs }) => ({ name, createdAtMs }),
    });
  }
  const lucia = luciaOver(database.orm);

  async function load(token: string): Promise<Identity | null> {
    const { user, session } = await lucia.validateSession(token);
    if (session === null) return null;
    const { id, name, createdAtMs } = user;
    return { user: { id, name, createdAtMs }, sessionId: sessionIdOf(token) };
  }

  return {
    async open(orm, { userId, userAgent }) {
      const token = newSessionToken(deps.randomBytes);
      await luciaOver(orm).createSession(userId, { userAgent }, { sessionId: token });
      return token;
    },
    identify: async (token) =>
      isSessionToken(token) ? remembered.get(sessionIdOf(token), () => load(token)) : null,
    list: (userId) => listAuthSessions(database.orm, userId),
    async end(userId, sessionId) {
      const ended = await deleteAuthSessionOf(database.orm, userId, sessionId);
      if (ended) announce([sessionId]);
      return ended;
    },
    endOthers: (orm, userId, keptId) => deleteAuthSessionsOf(orm, userId, keptId),
    announce,
  };
}
