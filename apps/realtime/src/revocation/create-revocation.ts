import { type AuthRevoked, type Bus, busTopics, ticketLifeMs } from "@barrage/platform";
import type { Session } from "../session/session.ts";

/** What ends with a log-in. */
type Ended = Pick<Session, "viewer" | "end">;

interface RevocationDeps {
  readonly bus: Pick<Bus, "listen">;
  /** Draws when somebody whose log-in ended may come back, with whatever ticket they can still get. */
  readonly returnMs: () => number;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/** Ends the streams of log-ins that end. */
export interface Revocation {
  /** Takes in a viewer with an open connection. */
  watch(session: Ended): void;
  /** To be called when the connection is gone. Idempotent. */
  forget(session: Ended): void;
  /** Stops listening. */
  close(): void;
}

/** Log-ins that ended a moment ago, for tickets from before that are still on their way. */
const endedMax = 100_000;

/**
 * Hears of ended log-ins on the bus and says goodbye to their streams, on every node: whoever still may watch comes
 * back as what they are now. A ticket from before the end opens a stream that ends at once, for as long as it lives.
 */
export function createRevocation({ bus, returnMs, now }: RevocationDeps): Revocation {
  const streams = new Map<string, Set<Ended>>();
  /** By log-in: until when a ticket of it may turn up. The oldest first. */
  const ended = new Map<string, number>();

  function end(session: Ended): void {
    session.end("goodbye", returnMs());
  }

  function endLogin(login: string): void {
    for (const [old, untilMs] of ended) {
      if (untilMs > now() && ended.size < endedMax) break;
      ended.delete(old);
    }
    ended.delete(login);
    ended.set(login, now() + ticketLifeMs);
    for (const session of streams.get(login) ?? []) end(session);
  }

  function onRevoked(revoked: AuthRevoked): void {
    if ("sessionIds" in revoked) {
      for (const login of revoked.sessionIds) endLogin(login);
      return;
    }
    for (const [login, sessions] of streams) {
      const [first] = sessions;
      if (first?.viewer.userId === revoked.userId) endLogin(login);
    }
  }

  const stop = bus.listen(busTopics.authRevoked, onRevoked);
  return {
    watch(session) {
      const { login } = session.viewer;
      if (login === null) return;
      const ofLogin = streams.get(login) ?? new Set();
      ofLogin.add(session);
      streams.set(login, ofLogin);
      // Last: whoever is ended is forgotten at once.
      if ((ended.get(login) ?? 0) > now()) end(session);
    },
    forget(session) {
      const { login } = session.viewer;
      const ofLogin = login === null ? undefined : streams.get(login);
      ofLogin?.delete(session);
      if (login !== null && ofLogin?.size === 0) streams.delete(login);
    },
    close: stop,
  };
}
