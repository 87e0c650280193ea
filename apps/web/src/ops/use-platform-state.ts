import type { inferRouterOutputs } from "@trpc/server";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useEffect, useState } from "react";
import type { AppRouter } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { retryWaitMs } from "./retry-wait.ts";

type Watched = inferRouterOutputs<AppRouter>["ops"]["watch"];

/** The platform as its processes tell it, a moment ago. */
export type PlatformState = Watched extends AsyncIterable<infer State, unknown, unknown> ? State : never;
/** One process, as it tells of itself. */
export type ProcessState = PlatformState["processes"][number];

/** What went wrong since the last word; `error` is null when the api ended the stream in good order. */
interface Trouble {
  readonly failures: number;
  readonly error: unknown;
}

const noTrouble: Trouble = { failures: 0, error: null };

/**
 * The platform's state, pushed by the api every two seconds. The browser reconnects by itself only until an answer is
 * no stream (a proxy's 502 while the api restarts): from then on it is subscribed again here, as long as that can help.
 */
export function usePlatformState() {
  const trpc = useTRPC();
  // Kept here: a new subscription begins by forgetting the last one's.
  const [state, setState] = useState<PlatformState>();
  const [trouble, setTrouble] = useState(noTrouble);
  const failed = (error: unknown) => setTrouble(({ failures }) => ({ failures: failures + 1, error }));
  const { status, reset } = useSubscription(
    trpc.ops.watch.subscriptionOptions(undefined, {
      onData: (told) => {
        setState(told);
        setTrouble(noTrouble);
      },
      onError: failed,
      onConnectionStateChange: (connection) => {
        if (connection.state === "idle") failed(null);
      },
    }),
  );
  const { failures, error } = trouble;
  const isRetried = error === null || describeError(error).retryable;
  useEffect(() => {
    if (failures === 0 || !isRetried) return;
    const timer = setTimeout(reset, retryWaitMs(failures, Math.random()));
    return () => clearTimeout(timer);
  }, [failures, isRetried, reset]);
  return { state, error, isLive: status === "pending", isRetried };
}
