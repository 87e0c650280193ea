import type { ErrorCode } from "@barrage/protocol";

/** The header that every mutation carries; any value. A page of another site can't send it without our leave. */
export const clientHeader = "x-barrage-client";

/** What speaks against a request coming from our own pages or from a client that is no browser. */
export interface Forgery {
  /** Speaks against everything, reading too. */
  readonly any: ErrorCode | null;
  /** Speaks against mutations. */
  readonly mutation: ErrorCode | null;
  /** Whether a cookie in this request may be believed: browsers attach it to other sites' requests as well. */
  readonly cookieTrusted: boolean;
}

/**
 * Judges where a request came from. A browser sends `Origin` with everything that can write; when it is missing, a
 * modern browser still says `Sec-Fetch-Site`. Clients that are no browsers send neither, and have no cookie to abuse.
 */
export function judgeForgery(headers: Headers, webOrigins: ReadonlySet<string>): Forgery {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  const originForbidden = origin !== null && !webOrigins.has(origin);
  // Without an Origin, "same-site" is a page of a neighbouring host, which is not on the list either.
  const siteForbidden = origin === null && (site === "cross-site" || site === "same-site");
  const any = originForbidden ? "origin_forbidden" : null;
  const headerMissing = (headers.get(clientHeader) ?? "") === "";
  const mutation = siteForbidden ? "origin_forbidden" : headerMissing ? "csrf_header_missing" : null;
  return { any, mutation: any ?? mutation, cookieTrusted: !originForbidden && !siteForbidden };
}
