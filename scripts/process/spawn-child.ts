import { closeSync, openSync, writeSync } from "node:fs";
import { lifeline, lifelineRelease } from "./lifeline.ts";

export interface ChildOptions {
  readonly command: readonly string[];
  readonly env?: Record<string, string | undefined> | undefined;
  readonly cwd?: string | undefined;
  /** What asks this program to stop in good order: SIGINT for a database, SIGTERM for our apps. */
  readonly stopSignal: NodeJS.Signals;
  /** Appended to with stdout and stderr; without it, `onLine` gets both line by line. */
  readonly logFile?: string | undefined;
  readonly onLine?: ((line: string, stream: "stdout" | "stderr") => void) | undefined;
  /** A temporary directory that must not outlive the program even when we are killed. */
  readonly removeDir?: string | undefined;
}

/** How a child ended: an exit code, or the signal that ended it. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Child {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Set once the child has ended. */
  readonly exit: () => ChildExit | null;
  /** Sends one signal and waits for nothing. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Asks with the stop signal, and with SIGKILL once the deadline has passed. Idempotent. */
  readonly stop: (options?: { readonly deadlineMs?: number }) => Promise<ChildExit>;
}

/**
 * Starts a program in a session of its own (a terminal's Ctrl-C reaches us alone, so that things stop in our
 * order) and on a lifeline (it cannot outlive us). The caller owns it and must `stop` it.
 */
export function spawnChild(options: ChildOptions): Child {
  const wrapped = lifeline({
    command: options.command,
    signal: options.stopSignal,
    removeDir: options.removeDir,
  });
  const logFd = options.logFile === undefined ? null : openSync(options.logFile, "a");
  const output = logFd ?? "pipe";
  const spawned = Bun.spawn(wrapped.command, {
    cwd: options.cwd ?? process.cwd(),
    env: { ...(options.env ?? process.env), ...wrapped.env },
    detached: true,
    stdio: ["ignore", output, output, "pipe"],
  });
  const [, , , lifelineFd] = spawned.stdio; // reading it makes the descriptor ours to close
  if (logFd !== null) closeSync(logFd);
  const onLine = options.onLine ?? (() => {});
  const readers: Promise<void>[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    const stream = spawned[name];
    if (stream instanceof ReadableStream) readers.push(eachLine(stream, (line) => onLine(line, name)));
  }
  let exit: ChildExit | null = null;
  const exited = (async () => {
    await spawned.exited;
    const how: ChildExit = {
      code: spawned.exitCode,
      signal: spawned.signalCode === null ? null : String(spawned.signalCode),
    };
    exit = how;
    if (typeof lifelineFd === "number") release(lifelineFd);
    // A grandchild may hold the pipes open for ever: the lines get a moment, the exit never waits for them.
    await Promise.race([Promise.all(readers), Bun.sleep(1_000)]);
    return how;
  })();
  const stop = async ({ deadlineMs = 10_000 }: { readonly deadlineMs?: number } = {}) => {
    if (exit === null) spawned.kill(options.stopSignal);
    const timer = setTimeout(() => spawned.kill("SIGKILL"), deadlineMs);
    try {
      return await exited;
    } finally {
      clearTimeout(timer);
    }
  };
  return { pid: spawned.pid, exited, exit: () => exit, signal: (signal) => spawned.kill(signal), stop };
}

function release(lifelineFd: number): void {
  try {
    writeSync(lifelineFd, lifelineRelease);
  } catch {
    // The watcher is gone already (killed with its group): nothing is left to release.
  }
  closeSync(lifelineFd);
}

async function eachLine(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  }
  if (rest !== "") onLine(rest);
}
