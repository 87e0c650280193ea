import { createConfigService } from "./features/ops/config-service.ts";
import type { OpsRouterDeps } from "./features/ops/ops-router.ts";
import type { Infrastructure } from "./infrastructure.ts";

/** Wires up `ops.*`. */
export function composeOps(infrastructure: Infrastructure): Omit<OpsRouterDeps, "live"> {
  const { board, database, logger, settings, settingsStore } = infrastructure;
  return {
    database,
    board,
    config: createConfigService({
      settings,
      store: settingsStore,
      onChanged: (change) => logger.info(change, "an administrator changed a setting"),
    }),
  };
}
