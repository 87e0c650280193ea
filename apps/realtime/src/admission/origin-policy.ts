import { AppError } from "@barrage/protocol";

/** Decides which web sites may read here. */
export interface OriginPolicy {
  /** @throws AppError `origin_forbidden` for a browser on a site that is not on the list. */
  readonly check: (request: Request) => void;
  /** The headers that let the request's site read the answer; none for other sites. */
  readonly headers: (request: Request) => Record<string, string>;
}

const preflightAgeS = "600";

/**
 * Browsers name their site in `Origin`, and can't leave it out where it matters; other programs send none and are let
 * in, since nothing that a browser adds by itself (cookies) is a right here: only tickets are.
 */
export function createOriginPolicy(allowed: readonly string[]): OriginPolicy {
  const list = new Set(allowed);
  return {
    check(request) {
      const origin = request.headers.get("origin");
      if (origin !== null && !list.has(origin)) throw new AppError("origin_forbidden");
    },
    headers(request) {
      const origin = request.headers.get("origin");
      if (origin === null || !list.has(origin)) return { vary: "origin" };
      return {
        vary: "origin",
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "retry-after",
      };
    },
  };
}

/** The answer to a browser that asks first, as it does for a fetch with `Last-Event-ID`. */
export function preflightHeaders(): Record<string, string> {
  return {
    "access-control-allow-methods": "GET",
    "access-control-allow-headers": "last-event-id, cache-control",
    "access-control-max-age": preflightAgeS,
  };
}
