import { randomBytes } from "node:crypto";
import { busTopics } from "@barrage/platform";
import { type AuthSessions, createAuthSessions } from "./auth/auth-sessions.ts";
import { createSessionCookie, type SessionCookie } from "./auth/session-cookie.ts";
import type { Infrastructure } from "./infrastructure.ts";

/** How browsers and programs are recognised. */
export interface Auth {
  readonly sessions: AuthSessions;
  readonly cookie: SessionCookie;
}

const minuteMs = 60_000;
const times = { freshMs: 5_000, staleMs: 10 * minuteMs, askDeadlineMs: 1_500 };

/** Wires up log-ins, and listens for those that other nodes end; `closing` ends the listening. */
export function composeAuth(
  { config, database, bus, logger }: Infrastructure,
  closing: AsyncDisposableStack,
): Auth {
  const sessions = createAuthSessions({
    database,
    lifetimes: {
      idleMs: config.sessionIdleMs,
      absoluteMs: config.sessionAbsoluteMs,
      touchEveryMs: 5 * minuteMs,
    },
    randomBytes,
    times,
    publishRevoked(sessionIds) {
      try {
        bus.broadcast(busTopics.authRevoked, { sessionIds: [...sessionIds] });
      } catch (error) {
        // The other nodes find out by themselves within `freshMs`.
        logger.warn({ error }, "ended log-ins could not be announced");
      }
    },
  });
  closing.defer(
    bus.listen(busTopics.authRevoked, (revoked) => {
      if ("sessionIds" in revoked) sessions.forget(revoked.sessionIds);
      else sessions.forgetUser(revoked.userId);
    }),
  );
  const secure = [...config.webOrigins].every((origin) => origin.startsWith("https:"));
  return { sessions, cookie: createSessionCookie({ secure, maxAgeMs: config.sessionAbsoluteMs }) };
}
