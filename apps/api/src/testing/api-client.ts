import { type ErrorBody, errorBodySchema } from "@barrage/protocol";
import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client";
import type { AppRouter } from "../router.ts";

/** How a test calls the api. */
export interface ApiClientOptions {
  readonly url: string;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A typed client as programs use it: bearer token, `x-barrage-client`, batches. */
export function createApiClient({ url, token, headers }: ApiClientOptions) {
  const authorization = token === undefined || token === null ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${url}/trpc`,
        maxItems: 10,
        headers: { "x-barrage-client": "test", ...authorization, ...headers },
      }),
    ],
  });
}

export type ApiClient = ReturnType<typeof createApiClient>;

/** The public body of the error that a call must end with. @throws Error when the call succeeds */
export async function failureOf(call: Promise<unknown>): Promise<ErrorBody & { readonly status: number }> {
  let result: unknown;
  try {
    result = await call;
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const data: unknown = error.data;
    if (typeof data !== "object" || data === null || !("barrage" in data) || !("httpStatus" in data))
      throw error;
    return { ...errorBodySchema.parse(data.barrage), status: Number(data.httpStatus) };
  }
  throw new Error(`the call should have failed, but answered ${JSON.stringify(result)}`);
}
