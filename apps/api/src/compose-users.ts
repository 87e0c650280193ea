import type { AuthSessions } from "./auth/auth-sessions.ts";
import type { SessionCookie } from "./auth/session-cookie.ts";
import { createAccountService } from "./features/users/account-service.ts";
import { createProfileService } from "./features/users/profile-service.ts";
import type { UsersRouterDeps } from "./features/users/users-router.ts";
import type { Infrastructure } from "./infrastructure.ts";
import { createLimits, limitRules } from "./limits.ts";

/** Wires up what `users.*` needs. */
export function composeUsers(
  infrastructure: Infrastructure,
  auth: { readonly sessions: AuthSessions; readonly cookie: SessionCookie; readonly newId: () => string },
): UsersRouterDeps {
  const { config, database, passwords, rateLimiter } = infrastructure;
  const { sessions, cookie, newId } = auth;
  const limits = createLimits({ rateLimiter, rules: limitRules(config) });
  return {
    accounts: createAccountService({ database, passwords, sessions, limits, newId }),
    profiles: createProfileService({ database, limits }),
    sessions,
    cookie,
  };
}
