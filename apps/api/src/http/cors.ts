import { AppError } from "@barrage/protocol";
import { clientHeader } from "./forgery.ts";

const allowedHeaders = ["content-type", "authorization", clientHeader, "trpc-accept", "traceparent"].join(
  ", ",
);

/** What a page of one of our origins needs in order to read an answer; nothing for any other origin. */
export function corsHeaders(request: Request, webOrigins: ReadonlySet<string>): Record<string, string> {
  const origin = request.headers.get("origin");
  // Always Vary: a cache must not hand the answer for one origin to another.
  if (origin === null || !webOrigins.has(origin)) return { vary: "origin" };
  return {
    vary: "origin",
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "retry-after, x-request-id",
  };
}

/**
 * The answer to a browser that asks whether it may send a request.
 * @throws AppError `origin_forbidden`
 */
export function answerPreflight(request: Request, webOrigins: ReadonlySet<string>): Response {
  if (!webOrigins.has(request.headers.get("origin") ?? "")) throw new AppError("origin_forbidden");
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": allowedHeaders,
      "access-control-max-age": "600",
    },
  });
}
