import type { SettingsValues } from "@barrage/platform";
import type { RealtimeConfig } from "../config.ts";

/** What this process' environment says of settings that are live. */
export const settingDefaults = (config: RealtimeConfig) =>
  ({
    "limiter.desktopPerSecond": config.budgetDesktop,
    "limiter.smallPerSecond": config.budgetSmall,
    "realtime.tickMsMax": config.tickMsMax,
    "realtime.connectionsMax": config.connectionsMax,
    "realtime.connectionsPerAddressMax": config.connectionsPerAddressMax,
    "realtime.connectionsPerUserMax": config.connectionsPerUserMax,
    "realtime.acceptsPerSecond": config.acceptsPerSecond,
  }) satisfies Partial<SettingsValues>;
