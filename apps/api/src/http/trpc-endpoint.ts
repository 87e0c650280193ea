import { AppError, toAppError } from "@barrage/protocol";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { AuthSessions } from "../auth/auth-sessions.ts";
import type { SessionCookie } from "../auth/session-cookie.ts";
import type { AppRouter } from "../router.ts";
import type { Answered } from "../trpc/create-answer-counter.ts";
import { appErrorOf } from "../trpc/error-shape.ts";
import type { Identity, RequestContext } from "../trpc/request-context.ts";
import { clientAddressOf } from "./client-address.ts";
import { retryAfterHeader, trpcErrorResponse } from "./error-response.ts";
import { judgeForgery } from "./forgery.ts";
import { readJsonRequest } from "./read-body.ts";

/** Where procedures live below the api's address. */
export const trpcPath = "/trpc";
const batchMax = 10;
const userAgentLengthMax = 256;

export interface TrpcEndpointDeps {
  readonly router: AppRouter;
  readonly sessions: Pick<AuthSessions, "identify">;
  readonly cookie: SessionCookie;
  readonly webOrigins: ReadonlySet<string>;
  readonly trustedProxies: number;
  readonly bodyBytesMax: number;
  readonly onFault: (fault: Fault) => void;
  readonly onAnswered: (answered: Answered) => void;
}

/** Something that went wrong inside, for the log. */
export interface Fault {
  readonly requestId: string;
  readonly path: string;
  readonly error: AppError;
}

/** One request from outside, with what the server knows of it. */
export interface Incoming {
  readonly request: Request;
  readonly requestId: string;
  readonly socketAddress: string;
}

/** Answers everything below {@link trpcPath}; never rejects. */
export function createTrpcEndpoint(deps: TrpcEndpointDeps): (incoming: Incoming) => Promise<Response> {
  return async (incoming) => {
    try {
      return await answer(deps, incoming);
    } catch (error) {
      return trpcErrorResponse(toAppError(error));
    }
  };
}

async function answer(deps: TrpcEndpointDeps, incoming: Incoming): Promise<Response> {
  const { method } = incoming.request;
  if (method !== "GET" && method !== "POST") {
    return trpcErrorResponse(new AppError("method_not_allowed"), { allow: "GET, POST, OPTIONS" });
  }
  const isPost = method === "POST";
  const req = isPost ? await readJsonRequest(incoming.request, deps.bodyBytesMax) : incoming.request;
  const cookies: string[] = [];
  const response = await fetchRequestHandler({
    router: deps.router,
    req,
    endpoint: trpcPath,
    maxBatchSize: batchMax,
    createContext: () => createContext(deps, incoming, cookies),
    responseMeta: ({ errors }) => ({ headers: new Headers(retryAfterHeader(longestWait(errors))) }),
    onError({ error, path = "" }) {
      const fault = appErrorOf(error);
      if (fault.status >= 500) deps.onFault({ requestId: incoming.requestId, path, error: fault });
    },
  });
  const complete = isPost && response.headers.has("transfer-encoding") ? await buffered(response) : response;
  for (const cookie of cookies) complete.headers.append("set-cookie", cookie);
  return complete;
}

/** A streamed batch sends its headers first, too early for a cookie. Mutations are short: wait for all of them. */
async function buffered(response: Response): Promise<Response> {
  const { status, headers } = response;
  headers.delete("transfer-encoding");
  return new Response(await response.arrayBuffer(), { status, headers });
}

function longestWait(errors: readonly unknown[]): number | undefined {
  const waits = errors.flatMap((error) => appErrorOf(error).retryAfterMs ?? []);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** What procedures learn of a request; cookies that they set are added to `cookies`. */
export function createContext(deps: TrpcEndpointDeps, incoming: Incoming, cookies: string[]): RequestContext {
  const { headers } = incoming.request;
  const forgery = judgeForgery(headers, deps.webOrigins);
  const token =
    bearerToken(headers) ?? (forgery.cookieTrusted ? deps.cookie.read(headers.get("cookie")) : undefined);
  let identity: Promise<Identity | null> | undefined;
  return {
    requestId: incoming.requestId,
    clientAddress: clientAddressOf({
      socketAddress: incoming.socketAddress,
      forwardedFor: headers.get("x-forwarded-for"),
      trustedProxies: deps.trustedProxies,
    }),
    userAgent: headers.get("user-agent")?.slice(0, userAgentLengthMax) ?? null,
    traceparent: headers.get("traceparent") ?? undefined,
    onAnswered: deps.onAnswered,
    forgery,
    identify() {
      identity ??= token === undefined ? Promise.resolve(null) : deps.sessions.identify(token);
      return identity;
    },
    setCookie: (cookie) => void cookies.push(cookie),
  };
}

function bearerToken(headers: Headers): string | undefined {
  return /^bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
}
