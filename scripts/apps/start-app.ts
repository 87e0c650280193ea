import { join } from "node:path";
import { type Child, type ChildExit, spawnChild } from "../process/spawn-child.ts";
import { repoRoot } from "../repo-root.ts";
import { type AppName, type AppVariables, appEnv } from "./app-env.ts";
import { readyUrl } from "./ready-line.ts";

export interface AppOptions {
  readonly name: AppName;
  readonly variables: AppVariables;
  /** Restart the process when its sources change. */
  readonly watch?: boolean | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly readyDeadlineMs?: number | undefined;
  /** Gives up the start. Without effect once the app is ready. */
  readonly signal?: AbortSignal | undefined;
}

/** One of our apps running as a child. Whoever started it stops it. */
export interface RunningApp {
  readonly name: AppName;
  readonly url: string;
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** SIGTERM, then SIGKILL after the deadline (10 s). Idempotent. */
  readonly stop: (options?: { readonly deadlineMs?: number }) => Promise<ChildExit>;
  /** The last lines of its stdout and stderr (400 are kept). */
  readonly logLines: () => readonly string[];
}

const linesKept = 400;

/**
 * Starts `apps/<name>/src/main.ts` and waits for its "ready" log line.
 * @throws Error with the end of its output when it ends, or is not ready in time (15 s).
 */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { name } = options;
  const lines: string[] = [];
  const ready = Promise.withResolvers<string>();
  const watch = options.watch ? ["--watch", "--no-clear-screen"] : [];
  const child = spawnChild({
    command: [process.execPath, ...watch, join(repoRoot, "apps", name, "src", "main.ts")],
    cwd: repoRoot,
    env: appEnv(options.variables),
    stopSignal: "SIGTERM",
    onLine: (line) => {
      lines.push(line);
      if (lines.length > linesKept) lines.shift();
      const url = readyUrl(line);
      if (url !== null) ready.resolve(url);
      options.onLine?.(line);
    },
  });
  try {
    const url = await readyOrFailed(ready, child, options);
    const { pid, exited, signal, stop } = child;
    return { name, url, pid, exited, signal, stop, logLines: () => [...lines] };
  } catch (error) {
    await child.stop({ deadlineMs: 2_000 });
    const why = error instanceof Error ? error.message : String(error);
    const said = lines.slice(-20).map((line) => `  | ${line}`);
    const message = [`the app "${name}" ${why}; the end of its output:`, ...said].join("\n");
    throw new Error(message, { cause: error });
  }
}

async function readyOrFailed(
  ready: PromiseWithResolvers<string>,
  child: Child,
  { readyDeadlineMs = 15_000, signal }: AppOptions,
): Promise<string> {
  const fail = (why: string) => ready.reject(new Error(why));
  const giveUp = () => fail("was asked to stop while it started");
  const timer = setTimeout(() => fail(`was not ready within ${readyDeadlineMs / 1_000} s`), readyDeadlineMs);
  signal?.addEventListener("abort", giveUp, { once: true });
  if (signal?.aborted) giveUp();
  void child.exited.then((exit) => fail(`ended while starting (${exit.signal ?? `exit code ${exit.code}`})`));
  try {
    return await ready.promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}
