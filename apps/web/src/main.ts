import { createHealth, createLogger, runApp } from "@barrage/platform";
import { webConfig } from "./config.ts";
import { createWebServer } from "./server/create-web-server.ts";

const config = webConfig.parseOrExit(process.env);
const logger = createLogger({ name: "web", level: config.logLevel });
const health = createHealth();
const server = createWebServer({ config, logger, health });
await runApp({ services: [server], logger, health, deadlineMs: config.shutdownDeadlineMs, url: server.url });
