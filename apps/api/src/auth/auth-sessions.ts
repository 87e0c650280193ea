import {
  type AuthLifetimes,
  type AuthSessionRow,
  type Database,
  deleteAuthSessionOf,
  deleteAuthSessionsOf,
  findAuthSessions,
  listAuthSessions,
  type Orm,
} from "@barrage/db";
import { Lucia, TimeSpan } from "lucia";
import type { Identity } from "../trpc/request-context.ts";
import { createLoginFinder } from "./login-finder.ts";
import { createSessionAdapter } from "./session-adapter.ts";
import { createSessionMemory, type SessionMemoryTimes } from "./session-memory.ts";
import { isSessionToken, newSessionToken, sessionIdOf } from "./session-token.ts";

/** A log-in that was just opened. */
export interface OpenedLogin {
  /** In clear for this once; only its hash is stored. */
  readonly token: string;
  /** Good log-ins of the user that had to make room for it. */
  readonly dropped: readonly string[];
}

/** Log-ins: opening, recognising and ending them. The only file that runs Lucia. */
export interface AuthSessions {
  /** Opens a log-in with `orm`, which may be a transaction; {@link announce} what it dropped once it is committed. */
  open(orm: Orm, login: { readonly userId: string; readonly userAgent: string | null }): Promise<OpenedLogin>;
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
  /** Makes this node forget log-ins that another node ended. */
  forget(sessionIds: readonly string[]): void;
  /** Makes this node forget all log-ins of a user. */
  forgetUser(userId: string): void;
}

interface AuthSessionsDeps {
  readonly database: Database;
  readonly lifetimes: AuthLifetimes;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Tells the other nodes; must not throw. */
  readonly publishRevoked: (sessionIds: readonly string[]) => void;
  readonly times: SessionMemoryTimes;
}

const rememberedMax = 50_000;

/** Makes the service. It owns nothing that has to be closed. */
export function createAuthSessions(deps: AuthSessionsDeps): AuthSessions {
  const { database, lifetimes } = deps;

  const find = createLoginFinder({
    findMany: (ids) => findAuthSessions(database.orm, ids, lifetimes),
    deadlineMs: deps.times.askDeadlineMs,
  });

  // One per transaction, because Lucia binds its storage once; it is a few fields.
  function luciaOver(orm: Orm, dropped: string[] = []) {
    const onDropped = (ids: readonly string[]) => void dropped.push(...ids);
    return new Lucia(createSessionAdapter({ orm, lifetimes, find, onDropped }), {
      sessionExpiresIn: new TimeSpan(lifetimes.idleMs, "ms"),
      getUserAttributes: (attributes) => attributes,
    });
  }
  const lucia = luciaOver(database.orm);
  const memory = createSessionMemory({
    times: deps.times,
    entriesMax: rememberedMax,
    async load(sessionId) {
      const { user, session } = await lucia.validateSession(sessionId);
      if (session === null) return null;
      const { id, name, createdAtMs, isAdministrator } = user;
      return { user: { id, name, createdAtMs, isAdministrator }, sessionId };
    },
  });

  function announce(sessionIds: readonly string[]): void {
    if (sessionIds.length === 0) return;
    // This node first, and without the network: whoever logged out here is out here.
    memory.forget(sessionIds);
    deps.publishRevoked(sessionIds);
  }

  return {
    async open(orm, { userId, userAgent }) {
      const token = newSessionToken(deps.randomBytes);
      const dropped: string[] = [];
      await luciaOver(orm, dropped).createSession(userId, { userAgent }, { sessionId: sessionIdOf(token) });
      return { token, dropped };
    },
    identify: async (token) => (isSessionToken(token) ? memory.recognise(sessionIdOf(token)) : null),
    list: (userId) => listAuthSessions(database.orm, userId),
    async end(userId, sessionId) {
      const ended = await deleteAuthSessionOf(database.orm, userId, sessionId);
      if (ended) announce([sessionId]);
      return ended;
    },
    endOthers: (orm, userId, keptId) => deleteAuthSessionsOf(orm, userId, keptId),
    announce,
    forget: (sessionIds) => memory.forget(sessionIds),
    forgetUser: (userId) => memory.forgetUser(userId),
  };
}
