export { ensureDatabase } from "./ensure-database.ts";
export { freePort, isPortFree } from "./free-port.ts";
export type { RunningServer, ServerOptions } from "./server.ts";
export { type NatsServerOptions, type RunningNatsServer, startNats } from "./start-nats.ts";
export { startPostgres } from "./start-postgres.ts";
export { startRedis } from "./start-redis.ts";
