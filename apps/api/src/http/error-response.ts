import type { AppError } from "@barrage/protocol";
import { trpcErrorEnvelope } from "../trpc/error-shape.ts";

/** `Retry-After` counts whole seconds. */
export function retryAfterHeader(retryAfterMs: number | undefined): Record<string, string> {
  return retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) };
}

/** The answer to a request that went wrong outside tRPC: an ErrorBody. */
export function errorResponse(error: AppError, headers: Record<string, string> = {}): Response {
  const { status } = error;
  return Response.json(error.toBody(), {
    status,
    headers: { ...headers, ...retryAfterHeader(error.retryAfterMs) },
  });
}

/** The same below `/trpc/`, in the shape that tRPC clients read: `error.data.barrage`. */
export function trpcErrorResponse(error: AppError, headers: Record<string, string> = {}): Response {
  const { status } = error;
  return Response.json(trpcErrorEnvelope(error), {
    status,
    headers: { ...headers, ...retryAfterHeader(error.retryAfterMs) },
  });
}
