import { createTRPCClient, httpBatchStreamLink, type TRPCClient } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import type { AppRouter } from "./app-router.ts";

const callTimeoutMs = 15_000;

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** The api's client for this browser: session cookie, CSRF header, batches as the server allows them. */
export function createApiClient(apiUrl: string): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchStreamLink({
        url: `${apiUrl}/trpc`,
        maxItems: 10,
        headers: { "x-barrage-client": "web" },
        fetch: (input, init) =>
          fetch(input, { ...init, credentials: "include", signal: deadline(init?.signal) }),
      }),
    ],
  });
}

function deadline(signal: AbortSignal | null | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(callTimeoutMs);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}
