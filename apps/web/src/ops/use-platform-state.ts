import type { inferRouterOutputs } from "@trpc/server";
import { useSubscription } from "@trpc/tanstack-react-query";
import type { AppRouter } from "../lib/app-router.ts";
import { useTRPC } from "../lib/trpc.ts";

type Watched = inferRouterOutputs<AppRouter>["ops"]["watch"];

/** The platform as its processes tell it, a moment ago. */
export type PlatformState = Watched extends AsyncIterable<infer State, unknown, unknown> ? State : never;
/** One process, as it tells of itself. */
export type ProcessState = PlatformState["processes"][number];

/** The platform's state, pushed by the api every two seconds; the browser reconnects by itself. */
export function usePlatformState() {
  const trpc = useTRPC();
  const { data, error, status } = useSubscription(trpc.ops.watch.subscriptionOptions());
  return { state: data, error, isLive: status === "pending" };
}
