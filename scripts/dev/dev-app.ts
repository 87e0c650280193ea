import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type AppName, type AppVariables, type RunningApp, startApp } from "../apps/index.ts";
import { appLine, paint } from "./dev-console.ts";

export interface DevAppOptions {
  readonly name: AppName;
  readonly variables: AppVariables;
  readonly logsDir: string;
  /** Gives up the first start. */
  readonly signal: AbortSignal;
}

export interface DevApp {
  readonly stop: () => Promise<void>;
}

// An app that ran this long was well: its next crash is a new story, not the same one again.
const healthyMs = 30_000;
const restartDelaysMs = [500, 1_000, 2_000, 5_000, 10_000];

/**
 * Runs one app, reloading it on edits, and brings it back when it ends by itself: it may have crashed because of
 * an edit that the next one repairs.
 * @throws Error when even its first start fails
 */
export async function startDevApp(options: DevAppOptions): Promise<DevApp> {
  const { name } = options;
  const log = openLog(join(options.logsDir, `${name}.log`));
  const stopping = new AbortController();
  const anyStop = AbortSignal.any([stopping.signal, options.signal]);
  const start = () =>
    startApp({
      signal: anyStop,
      name,
      variables: options.variables,
      watch: true,
      onLine: (line) => {
        log.write(line);
        appLine(name, line);
      },
    });
  let app: RunningApp;
  try {
    app = await start();
  } catch (error) {
    log.close();
    throw error;
  }
  const supervising = supervise({ app, start, signal: stopping.signal });
  return {
    stop: async () => {
      stopping.abort();
      await supervising;
      log.close();
    },
  };
}

interface Supervised {
  readonly app: RunningApp;
  readonly start: () => Promise<RunningApp>;
  readonly signal: AbortSignal;
}

async function supervise({ app: first, start, signal }: Supervised): Promise<void> {
  const { name } = first;
  const { promise: aborted, resolve } = Promise.withResolvers<"stop">();
  signal.addEventListener("abort", () => resolve("stop"), { once: true });
  let app: RunningApp | null = first;
  for (let failures = 0; ; failures += 1) {
    const startedAt = performance.now();
    if (app !== null) {
      const end = await Promise.race([aborted, app.exited]);
      if (end === "stop") {
        await app.stop({ deadlineMs: 8_000 });
        return;
      }
      if (performance.now() - startedAt > healthyMs) failures = 0;
      appLine(name, paint(`stopped by itself (${end.signal ?? `exit code ${end.code}`})`, 31));
    }
    const delayMs = restartDelaysMs[Math.min(failures, restartDelaysMs.length - 1)] ?? 0;
    appLine(name, paint(`starting it again in ${delayMs / 1_000} s`, 31));
    if ((await Promise.race([aborted, Bun.sleep(delayMs)])) === "stop") return;
    app = await start().catch((error: unknown) => {
      if (!signal.aborted) appLine(name, paint(error instanceof Error ? error.message : String(error), 31));
      return null;
    });
    if (app === null && signal.aborted) return;
  }
}

/** The log of this run, and the previous run's beside it. */
function openLog(path: string): { write: (line: string) => void; close: () => void } {
  try {
    renameSync(path, `${path}.previous`);
  } catch {
    // The first run: there is none.
  }
  const file = openSync(path, "w");
  let open = true;
  return {
    write: (line) => {
      if (open) writeSync(file, `${line}\n`);
    },
    close: () => {
      open = false;
      closeSync(file);
    },
  };
}
