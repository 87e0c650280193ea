import { AppError, toAppError } from "@barrage/protocol";
import { Elysia } from "elysia";
import { createApiDocuments } from "../rest/api-documents.ts";
import { restPath } from "../rest/openapi-document.ts";
import { operationsOf } from "../rest/operations.ts";
import { createRestEndpoint } from "../rest/rest-endpoint.ts";
import { answerPreflight, corsHeaders } from "./cors.ts";
import { createCoverEndpoint, type ReadObject } from "./cover-endpoint.ts";
import { errorResponse } from "./error-response.ts";
import { createTrpcEndpoint, type TrpcEndpointDeps, trpcPath } from "./trpc-endpoint.ts";

export interface AppDeps extends TrpcEndpointDeps {
  readonly newId: () => string;
  /** What keeps this process from being ready; empty when nothing does. */
  readonly notReadyBecause: () => Promise<readonly string[]>;
  /** Reads an object of the media bucket. */
  readonly readObject: ReadObject;
}

const securityHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

type Handler = (incoming: {
  readonly request: Request;
  readonly requestId: string;
  readonly socketAddress: string;
}) => Response | Promise<Response>;

/**
 * The api's HTTP side: procedures below `/trpc` and `/api/v1`, their documents, and the two questions of an
 * orchestrator. Its owner listens.
 */
export function createApp(deps: AppDeps) {
  const { webOrigins } = deps;
  const trpc = createTrpcEndpoint(deps);
  const operations = operationsOf(deps.router);
  const rest = createRestEndpoint({ ...deps, operations });
  const documents = createApiDocuments(operations);
  const covers = createCoverEndpoint(deps.readObject);

  function served(handler: Handler) {
    return async ({ request, server }: { request: Request; server: Elysia["server"] }): Promise<Response> => {
      const requestId = deps.newId();
      const socketAddress = server?.requestIP(request)?.address ?? "";
      const response = await settled(handler, { request, requestId, socketAddress });
      const headers = { ...securityHeaders, ...corsHeaders(request, webOrigins), "x-request-id": requestId };
      for (const [name, value] of Object.entries(headers)) {
        if (name === "vary") response.headers.append(name, value);
        // The documents' pages have a policy and a lifetime of their own.
        else if (!response.headers.has(name)) response.headers.set(name, value);
      }
      return response;
    };
  }

  /** Pages of our origins may ask before they write. */
  const open =
    (handler: Handler): Handler =>
    (incoming) =>
      incoming.request.method === "OPTIONS"
        ? answerPreflight(incoming.request, webOrigins)
        : handler(incoming);
  const elsewhere: Handler = ({ request: { url, method } }) => {
    const found = documents(new URL(url).pathname);
    if (found === undefined) return errorResponse(new AppError("not_found"));
    return method === "GET" ? found : errorResponse(new AppError("method_not_allowed"), { allow: "GET" });
  };
  // Bodies are read by us, with our own bound: parsing is off everywhere.
  const raw = { parse: "none" } as const;
  return new Elysia()
    .all(`${trpcPath}/*`, served(open(trpc)), raw)
    .all(`${restPath}/*`, served(open(rest)), raw)
    .all(
      "/covers/*",
      served(({ request }) => covers(request)),
      raw,
    )
    .all("/livez", served(getOnly(() => Response.json({ live: true }))), raw)
    .all("/readyz", served(getOnly(readiness(deps))), raw)
    .all("/*", served(elsewhere), raw)
    .onError(({ error }) => errorResponse(toAppError(error)));
}

function readiness({ notReadyBecause }: Pick<AppDeps, "notReadyBecause">): Handler {
  return async () => {
    const waitingFor = await notReadyBecause();
    const ready = waitingFor.length === 0;
    return Response.json({ ready, waitingFor }, { status: ready ? 200 : 503 });
  };
}

function getOnly(handler: Handler): Handler {
  return (incoming) =>
    incoming.request.method === "GET"
      ? handler(incoming)
      : errorResponse(new AppError("method_not_allowed"), { allow: "GET" });
}

async function settled(handler: Handler, incoming: Parameters<Handler>[0]): Promise<Response> {
  try {
    return await handler(incoming);
  } catch (error) {
    return errorResponse(toAppError(error));
  }
}
