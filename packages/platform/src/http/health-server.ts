import type { Health } from "../lifecycle/health.ts";
import type { Service } from "../lifecycle/service.ts";
import { type Meters, metricsContentType } from "../metrics/meters.ts";

interface HealthServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly health: Health;
  readonly meters: Meters;
}

/** A server for `/livez`, `/readyz` and `/metrics` alone: for those who run the program, never for the public. */
export interface HealthServer extends Service {
  /** Its address. @throws before it has started. */
  readonly url: () => string;
}

/**
 * Serves once started, until stopped. Make it the first of a program's services: they stop in reverse order, so it
 * answers, "not ready", for as long as the others finish what they hold.
 */
export function createHealthServer({ host, port, health, meters }: HealthServerOptions): HealthServer {
  let server: Bun.Server<undefined> | undefined;
  return {
    name: "health",
    start() {
      server = Bun.serve({
        hostname: host,
        port,
        async fetch(request) {
          const { pathname } = new URL(request.url);
          if (pathname === "/metrics") return metricsResponse(await meters.render());
          return health.respond(pathname) ?? new Response("not found", { status: 404 });
        },
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

/** The answer to a scrape. */
export function metricsResponse(text: string): Response {
  return new Response(text, { headers: { "cache-control": "no-store", "content-type": metricsContentType } });
}
