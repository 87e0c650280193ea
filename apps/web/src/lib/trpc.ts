import {
  createTRPCClient,
  httpBatchStreamLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import type { AppRouter } from "./app-router.ts";
import { beginTrace } from "./begin-trace.ts";
import type { RuntimeConfig } from "./runtime-config.ts";

const callTimeoutMs = 15_000;

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

type ApiClientOptions = Pick<RuntimeConfig, "apiUrl" | "traceSampleRatio">;

/** The api's client for this browser: session cookie, CSRF header, batches as the server allows them. */
export function createApiClient({ apiUrl, traceSampleRatio }: ApiClientOptions): TRPCClient<AppRouter> {
  const url = `${apiUrl}/trpc`;
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({ url, eventSourceOptions: { withCredentials: true } }),
        false: httpBatchStreamLink({
          url,
          maxItems: 10,
          headers: ({ opList }) => ({
            "x-barrage-client": "web",
            // An action of the user begins a trace; what the page asks by itself begins none.
            ...(traceSampleRatio > 0 && opList.some(({ type }) => type === "mutation")
              ? { traceparent: beginTrace({ sampled: Math.random() < traceSampleRatio }) }
              : {}),
          }),
          fetch: (input, init) =>
            fetch(input, { ...init, credentials: "include", signal: deadline(init?.signal) }),
        }),
      }),
    ],
  });
}

function deadline(signal: AbortSignal | null | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(callTimeoutMs);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}
