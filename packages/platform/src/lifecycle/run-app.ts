import type { Logger } from "../log/create-logger.ts";
import type { Health } from "./health.ts";
import type { Service } from "./service.ts";
import { stopServices } from "./stop-services.ts";

interface AppOptions {
  /** Started in this order, stopped in the opposite one. */
  readonly services: readonly Service[];
  readonly logger: Logger;
  readonly health: Health;
  /** All services together have this long to stop. */
  readonly deadlineMs: number;
  /** The address for the "ready" line, asked when everything has started. */
  readonly url?: () => string;
  /** Told of that address then, in place of the "ready" line: a supervisor has one line for all its processes. */
  readonly onReady?: (url: string) => void;
}

/** Ctrl-C through npx reaches the program twice. */
const sameInterruptMs = 2_000;

/**
 * Runs a program until a signal or an uncaught error, and ends the process: code 0 after a signal, 1 after an error
 * or when the deadline passed. Writes `{"msg":"ready","url":…}` when all services have started.
 */
export async function runApp({
  services,
  logger,
  health,
  deadlineMs,
  url,
  onReady,
}: AppOptions): Promise<never> {
  const ending = new AbortController();
  const ended = Promise.withResolvers<void>();
  let exitCode = 0;
  const end = (code: number): void => {
    exitCode = Math.max(exitCode, code);
    ending.abort();
    ended.resolve();
  };
  watchSignals({ logger, onEnd: () => end(0) });
  watchErrors({ logger, onError: () => end(1) });
  const started: Service[] = [];
  const startAll = async (): Promise<void> => {
    const success = await startServices({ services, started, logger, signal: ending.signal });
    if (!success) end(1);
    if (ending.signal.aborted) return;
    health.setReady(true);
    const address = url?.();
    if (onReady === undefined || address === undefined) logger.info({ url: address }, "ready");
    else onReady(address);
  };
  const starting = startAll();
  await ended.promise;
  health.setReady(false);
  // A service that is just starting is stopped once it has started, or when the deadline comes.
  await Promise.race([starting, Bun.sleep(deadlineMs)]);
  if (!(await stopServices(started, { logger, deadlineMs }))) end(1);
  logger.info({ code: exitCode }, "stopped");
  process.exit(exitCode);
}

interface Starting {
  readonly services: readonly Service[];
  /** Gets each service that began to start: also a failed one may hold something. */
  readonly started: Service[];
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Starts one after the other until `signal` aborts. @returns false as soon as one fails. */
async function startServices({ services, started, logger, signal }: Starting): Promise<boolean> {
  for (const service of services) {
    if (signal.aborted) break;
    started.push(service);
    try {
      await service.start?.();
    } catch (error) {
      logger.fatal({ error, service: service.name }, "service failed to start");
      return false;
    }
  }
  return true;
}

interface SignalWatch {
  readonly logger: Logger;
  readonly onEnd: () => void;
}

function watchSignals({ logger, onEnd }: SignalWatch): void {
  let first: { readonly signal: string; readonly atMs: number } | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first === undefined) {
      first = { signal, atMs: performance.now() };
      logger.info({ signal }, "stopping");
      onEnd();
      return;
    }
    const isEcho =
      signal === "SIGINT" && first.signal === "SIGINT" && performance.now() - first.atMs < sameInterruptMs;
    if (isEcho) return;
    logger.warn({ signal }, "second signal: ending at once");
    process.exit(1);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

interface ErrorWatch {
  readonly logger: Logger;
  readonly onError: () => void;
}

function watchErrors({ logger, onError }: ErrorWatch): void {
  process.on("uncaughtException", (error) => {
    logger.fatal({ error }, "uncaught error");
    onError();
  });
  process.on("unhandledRejection", (error) => {
    logger.fatal({ error }, "unhandled rejection");
    onError();
  });
}
