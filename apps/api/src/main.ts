import { createHealth, createLogger, runApp, startTelemetry } from "@barrage/platform";
import { apiConfig } from "./config.ts";
import { createApi } from "./create-api.ts";

const config = apiConfig.parseOrExit(process.env);
const logger = createLogger({ name: "api", level: config.logLevel });
logger.debug({ config: apiConfig.redacted(config) }, "configured");
const health = createHealth();
const telemetry = await startTelemetry({ serviceName: "barrage-api", endpoint: config.otlpEndpoint, logger });
const api = createApi({ config, logger, health });
await runApp({
  services: [telemetry, api],
  logger,
  health,
  deadlineMs: config.shutdownDeadlineMs,
  url: () => api.url(),
});
