import type { Health } from "@barrage/platform";
import type { WebConfig } from "../config.ts";
import type { Asset, Site } from "./build-site.ts";
import { securityHeaders } from "./security-headers.ts";

interface RequestHandlerDeps {
  /** undefined: the development server has the files. */
  readonly site: Site | undefined;
  readonly config: Pick<
    WebConfig,
    "apiUrl" | "realtimeUrl" | "realtimeNodes" | "mediaUrl" | "otlpEndpoint" | "traceSampleRatio"
  >;
  readonly health: Health;
}

/**
 * Answers `/livez`, `/readyz`, `/config.json` and the app's files. Any other path without an extension is a page of the
 * app, which finds its own way; with one it is a file that does not exist.
 */
export function createRequestHandler({ site, config, health }: RequestHandlerDeps) {
  const { apiUrl, realtimeUrl, realtimeNodes, mediaUrl } = config;
  // A trace begins in the page; where nobody collects them, none does.
  const traceSampleRatio = config.otlpEndpoint === undefined ? 0 : config.traceSampleRatio;
  const pageHeaders = {
    ...securityHeaders({
      apiUrl,
      realtimeUrl,
      realtimeNodes,
      mediaUrl,
      inlineScriptHashes: site?.inlineScriptHashes ?? [],
    }),
    "cache-control": "no-cache",
  };

  return (request: Request): Response => {
    const { pathname } = new URL(request.url);
    const healthAnswer = health.respond(pathname);
    if (healthAnswer !== undefined) return healthAnswer;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return plain("Only GET and HEAD are understood here.", 405, { allow: "GET, HEAD" });
    }
    if (pathname === "/config.json") {
      const told = { apiUrl, realtimeUrl, traceSampleRatio };
      return Response.json(told, { headers: { "cache-control": "no-store", ...noSniff } });
    }
    const asset = site?.assets.get(pathname);
    if (asset !== undefined) {
      // The name holds a hash of the content: what it once named, it names for ever.
      return send(request, asset, { "cache-control": "public, max-age=31536000, immutable", ...noSniff });
    }
    if (site === undefined || /\.[a-z0-9]+$/i.test(pathname)) return plain("There is no such file.", 404);
    return send(request, site.index, pageHeaders);
  };
}

const noSniff = { "x-content-type-options": "nosniff" };

function plain(text: string, status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", ...noSniff, ...headers },
  });
}

function send(request: Request, asset: Asset, headers: Readonly<Record<string, string>>): Response {
  const gzip = asset.gzipped !== undefined && (request.headers.get("accept-encoding") ?? "").includes("gzip");
  const body = gzip ? asset.gzipped : asset.body;
  return new Response(request.method === "HEAD" ? null : body, {
    headers: {
      "content-type": asset.type,
      vary: "accept-encoding",
      ...(gzip ? { "content-encoding": "gzip" } : {}),
      ...headers,
    },
  });
}
