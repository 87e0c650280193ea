import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { describeError } from "./describe-error.ts";
import type { ServiceHealth } from "./service-health.ts";

const retriesMax = 2;

/** The cache of answers. It asks again by itself only where the server said that asking again can help. */
export function createQueryClient(health: ServiceHealth): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: health.onError, onSuccess: health.onSuccess }),
    mutationCache: new MutationCache({ onError: health.onError }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < retriesMax && describeError(error).retryable,
        retryDelay: (attempt, error) => describeError(error).retryAfterMs ?? 600 * 2 ** attempt,
      },
      // A mutation is repeated by whoever knows its idempotency key, never behind their back.
      mutations: { retry: false },
    },
  });
}
