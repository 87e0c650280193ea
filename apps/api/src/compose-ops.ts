import type { AuthSessions } from "./auth/auth-sessions.ts";
import { createConfigService } from "./features/ops/config-service.ts";
import { createLiveService, type LiveService as OpsLiveService } from "./features/ops/live-service.ts";
import type { OpsRouterDeps } from "./features/ops/ops-router.ts";
import { createPeopleService } from "./features/ops/people-service.ts";
import type { LiveService } from "./features/rooms/live-service.ts";
import type { Infrastructure } from "./infrastructure.ts";

interface OpsParts {
  readonly sessions: Pick<AuthSessions, "announce">;
  readonly rooms: Pick<LiveService, "endWherever">;
  readonly newId: () => string;
}

/** Wires up `ops.*`. */
export function composeOps(
  infrastructure: Infrastructure,
  { sessions, rooms, newId }: OpsParts,
): OpsRouterDeps & { readonly live: OpsLiveService } {
  const { config, board, database, logger, settings, settingsStore } = infrastructure;
  return {
    database,
    board,
    live: createLiveService({ board, database, tracesUrl: config.tracesUrl, now: Date.now }),
    config: createConfigService({
      settings,
      store: settingsStore,
      onChanged: (change) => logger.info(change, "an administrator changed a setting"),
    }),
    people: createPeopleService({
      database,
      newId,
      announceEnded: (ids) => sessions.announce(ids),
      endSession: (host) => rooms.endWherever(host),
      onChanged: (change) => logger.info(change, "an administrator suspended a user, or lifted it"),
    }),
  };
}
