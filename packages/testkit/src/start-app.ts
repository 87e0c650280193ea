import {
  type AppName,
  type AppOptions,
  type AppVariables,
  type RunningApp,
  startApp as start,
} from "@barrage/scripts/apps";
import type { ChildExit } from "@barrage/scripts/process";

export interface TestApp extends RunningApp, AsyncDisposable {
  /** Sends one signal (SIGKILL when left out) and waits until the process is gone. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<ChildExit>;
  /** The end of its output, for a failure's message. */
  readonly logTail: (lineCount?: number) => string;
}

/**
 * Runs a real app as a child on a free port and waits until it is ready:
 * `await using api = await startApp("api", { DATABASE_URL: database.url, … })`.
 */
export async function startApp(
  name: AppName,
  variables: AppVariables,
  options: Pick<AppOptions, "readyDeadlineMs"> = {},
): Promise<TestApp> {
  const app = await start({ ...options, name, variables: { PORT: "0", LOG_LEVEL: "info", ...variables } });
  return {
    ...app,
    kill: (signal = "SIGKILL") => {
      app.signal(signal);
      return app.exited;
    },
    logTail: (lineCount = 40) => app.logLines().slice(-lineCount).join("\n"),
    [Symbol.asyncDispose]: async () => {
      await app.stop();
    },
  };
}
