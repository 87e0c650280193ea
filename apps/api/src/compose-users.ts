import type { AuthSessions } from "./auth/auth-sessions.ts";
import type { SessionCookie } from "./auth/session-cookie.ts";
import { createFeatureGate } from "./feature-gate.ts";
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
  const { database, passwords, rateLimiter, settings } = infrastructure;
  const { sessions, cookie, newId } = auth;
  const rules = () =>
    limitRules({
      registersPerHour: settings.get("accounts.registersPerHour"),
      loginsPerMinute: settings.get("accounts.loginsPerMinute"),
      loginsPerMinuteAndName: settings.get("accounts.loginsPerMinuteAndName"),
    });
  const limits = createLimits({ rateLimiter, rules });
  const requireFeature = createFeatureGate(settings);
  return {
    accounts: createAccountService({ database, passwords, sessions, limits, newId, requireFeature }),
    profiles: createProfileService({ database, limits }),
    sessions,
    cookie,
  };
}
