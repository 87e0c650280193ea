import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Child, spawnChild } from "../process/spawn-child.ts";
import { freePort } from "./free-port.ts";
import { logSize, logTail } from "./log-tail.ts";
import type { RunningServer, ServerOptions } from "./server.ts";

/** How one kind of server is started on a given port, and how to see that it answers. */
export interface ServerKind {
  readonly name: string;
  readonly command: (port: number) => readonly string[];
  readonly env: Record<string, string>;
  readonly stopSignal: NodeJS.Signals;
  readonly isUp: (port: number) => Promise<boolean>;
  readonly url: (port: number) => string;
  readonly readyDeadlineMs: number;
  /** Log text of a failure that passes by itself, such as a dying predecessor. */
  readonly passing?: RegExp | undefined;
}

const portTaken = /address already in use|bind: .*in use/i;
const attemptsMax = 6;

/**
 * Starts a server and waits until it answers. A port we chose ourselves and lost to someone else is chosen
 * again; a port the caller named is not.
 * @throws Error naming the server, the port and the last lines of its log.
 */
export async function startServer(kind: ServerKind, options: ServerOptions): Promise<RunningServer> {
  mkdirSync(options.dataDir, { recursive: true });
  const logFile = join(options.dataDir, "server.log");
  const chosenByUs = !options.port;
  for (let attempt = 1; ; attempt++) {
    const port = options.port || freePort();
    const logStart = logSize(logFile);
    const child = spawnChild({
      command: kind.command(port),
      env: { ...process.env, ...kind.env },
      stopSignal: kind.stopSignal,
      logFile,
      removeDir: options.removeDataDirWhenOrphaned ? options.dataDir : undefined,
    });
    if (await becomesReady(child, kind, port)) return runningServer({ child, kind, port, logFile });
    const crashed = child.exit() !== null;
    await child.stop({ deadlineMs: 1_000 });
    const tail = logTail(logFile, logStart);
    const retry = crashed && ((chosenByUs && portTaken.test(tail)) || kind.passing?.test(tail) === true);
    if (retry && attempt < attemptsMax) {
      await Bun.sleep(100 * attempt);
      continue;
    }
    const why = crashed ? "ended while starting" : `did not answer within ${kind.readyDeadlineMs / 1_000} s`;
    throw new Error(`${kind.name} (127.0.0.1:${port}) ${why}; the end of ${logFile}:\n${tail}`);
  }
}

async function becomesReady(child: Child, kind: ServerKind, port: number): Promise<boolean> {
  const deadline = performance.now() + kind.readyDeadlineMs;
  while (performance.now() < deadline) {
    if (child.exit() !== null) return false;
    // The exit is looked at again: what answers on the port may be a stranger our server lost it to.
    if (await kind.isUp(port)) return child.exit() === null;
    await Promise.race([child.exited, Bun.sleep(15)]);
  }
  return false;
}

interface Started {
  readonly child: Child;
  readonly kind: ServerKind;
  readonly port: number;
  readonly logFile: string;
}

function runningServer({ child, kind, port, logFile }: Started): RunningServer {
  return {
    url: kind.url(port),
    port,
    pid: child.pid,
    logFile,
    exited: child.exited,
    stop: async () => {
      await child.stop();
    },
    kill: async () => {
      child.signal("SIGKILL");
      await child.exited;
    },
  };
}
