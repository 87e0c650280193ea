import type { Health, Logger, Service } from "@barrage/platform";
import type { WebConfig } from "../config.ts";
import { buildSite } from "./build-site.ts";
import { createRequestHandler } from "./handle-request.ts";

interface WebServerDeps {
  readonly config: WebConfig;
  readonly logger: Logger;
  readonly health: Health;
}

/** The server of the browser app. */
export interface WebServer extends Service {
  /** Its address. @throws before it has started. */
  readonly url: () => string;
}

/** Serves the app's files and nothing of its own: all data comes to the browser from the api and from realtime. */
export function createWebServer({ config, logger, health }: WebServerDeps): WebServer {
  let server: Bun.Server<undefined> | undefined;

  const serveBuilt = async () => {
    const site = await buildSite();
    logger.debug({ files: site.assets.size, bytes: site.bytes }, "built");
    const handle = createRequestHandler({ site, config, health });
    return Bun.serve({ hostname: config.host, port: config.port, fetch: handle });
  };
  /** Bun's own development server: it builds on demand, reloads modules in the open page, and shows errors there. */
  const serveDevelopment = async () => {
    const { default: page } = await import("../app/index.html");
    const handle = createRequestHandler({ site: undefined, config, health });
    return Bun.serve({
      hostname: config.host,
      port: config.port,
      development: { hmr: true, console: false },
      routes: { "/config.json": handle, "/livez": handle, "/readyz": handle, "/*": page },
    });
  };

  return {
    name: "web",
    async start() {
      server = await (config.mode === "development" ? serveDevelopment() : serveBuilt());
    },
    async stop() {
      // Every answer is short: nobody is cut off in the middle of something that matters.
      await server?.stop(true);
    },
    url() {
      if (server === undefined) throw new Error("the web server has not started");
      return `http://${config.host === "0.0.0.0" ? "127.0.0.1" : config.host}:${server.port}`;
    },
  };
}
