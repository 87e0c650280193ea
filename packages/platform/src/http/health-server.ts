import type { Health } from "../lifecycle/health.ts";
import type { Service } from "../lifecycle/service.ts";

interface HealthServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly health: Health;
}

/** A server for `/livez` and `/readyz` alone, for programs that serve nothing else. */
export interface HealthServer extends Service {
  /** Its address. @throws before it has started. */
  readonly url: () => string;
}

/** Serves once started, until stopped. */
export function createHealthServer({ host, port, health }: HealthServerOptions): HealthServer {
  let server: Bun.Server<undefined> | undefined;
  return {
    name: "health",
    start() {
      server = Bun.serve({
        hostname: host,
        port,
        fetch: (request) =>
          health.respond(new URL(request.url).pathname) ?? new Response("not found", { status: 404 }),
      });
    },
    async stop() {
      await server?.stop(true);
    },
    url() {
      if (server === undefined) throw new Error("the health server has not started");
      return `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${server.port}`;
    },
  };
}
