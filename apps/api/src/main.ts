import {
  createHealth,
  createHealthServer,
  createLogger,
  createMeters,
  runApp,
  type Service,
  startTelemetry,
  watchProcess,
} from "@barrage/platform";
import { apiConfig } from "./config.ts";
import { createApi } from "./create-api.ts";

const config = apiConfig.parseOrExit(process.env);
const logger = createLogger({ name: "api", level: config.logLevel });
logger.debug({ config: apiConfig.redacted(config) }, "configured");
const health = createHealth();
const meters = createMeters({ logger });
const telemetry = await startTelemetry({
  serviceName: "barrage-api",
  endpoint: config.otlpEndpoint,
  sampleRatio: config.traceSampleRatio,
  believedPerSecond: 100,
  logger,
});
const api = createApi({ config, logger, health, meters });
// On a port of its own, which no proxy knows, and up until the last request is answered.
const inside: Service[] =
  config.metricsPort === undefined
    ? []
    : [createHealthServer({ host: config.host, port: config.metricsPort, health, meters })];
await runApp({
  services: [telemetry, ...inside, watchProcess(meters), api],
  logger,
  health,
  deadlineMs: config.shutdownDeadlineMs,
  url: () => api.url(),
});
