import { watchLaunchers } from "./launcher-watch.ts";

/** What another request to stop means. */
export type StopDecision = "stop" | "ignore" | "force";

// Ctrl-C under npx reaches us twice: from the terminal, and passed on by the launcher.
const sameRequestMs = 2_000;

/**
 * Decides what each request to stop means: the first stops in good order, an echo of it is ignored, a later one is
 * an impatient person and ends everything at once.
 */
export function createStopDecider(nowMs: () => number): () => StopDecision {
  let firstMs: number | null = null;
  return () => {
    const now = nowMs();
    if (firstMs === null) {
      firstMs = now;
      return "stop";
    }
    return now - firstMs <= sameRequestMs ? "ignore" : "force";
  };
}

/**
 * Turns Ctrl-C, SIGTERM, SIGHUP and the death of a launcher into one abort signal. A second request ends the process
 * at once; its children are on lifelines and follow.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const decide = createStopDecider(() => performance.now());
  const request = (reason: string) => {
    const decision = decide();
    if (decision === "stop") controller.abort(reason);
    if (decision === "force") process.exit(130);
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => request(name));
  watchLaunchers(() => request("the launcher is gone"));
  return controller.signal;
}
