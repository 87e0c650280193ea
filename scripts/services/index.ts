export { cacheDir } from "./cache-dir.ts";
export { ensureDatabase } from "./ensure-database.ts";
export { freePort, isPortFree } from "./free-port.ts";
export { hasDebianPackages, unpackDebianPackages, unpackedPackages } from "./programs/debian-packages.ts";
export { findOnPath } from "./programs/find-on-path.ts";
export type { RunningServer, ServerOptions } from "./server.ts";
export { type NatsServerOptions, type RunningNatsServer, startNats } from "./start-nats.ts";
export { startPostgres } from "./start-postgres.ts";
export { startRedis } from "./start-redis.ts";
