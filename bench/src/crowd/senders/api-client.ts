import type { AppRouter } from "@barrage/api";
import { type ErrorBody, errorBodySchema } from "@barrage/protocol";
import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";

const callDeadlineMs = 10_000;

/** The api as one caller sees it. */
export function createApiClient(api: string, token?: string) {
  const headers = {
    "x-barrage-client": "crowd",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${api}/trpc`,
        headers,
        fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(callDeadlineMs) }),
      }),
    ],
  });
}

/** The api as one caller sees it. */
export type ApiClient = ReturnType<typeof createApiClient>;

/** What the api said; undefined when the call never got an answer of its. */
export function errorBodyOf(error: unknown): ErrorBody | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  const data: unknown = error.data;
  const body = typeof data === "object" && data !== null ? Reflect.get(data, "barrage") : undefined;
  const parsed = errorBodySchema.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}
