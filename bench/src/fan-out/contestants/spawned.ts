import { glibcTunables } from "@barrage/scripts/apps";
import { spawnChild } from "@barrage/scripts/process";

interface SpawnedOptions {
  readonly name: string;
  readonly command: readonly string[];
  /** In what it prints, when it is ready. */
  readonly ready: RegExp;
  readonly stack: AsyncDisposableStack;
}

const readyMsMax = 15_000;
const linesKept = 20;

/**
 * Starts a program that `stack` will stop. @returns its pid and its ready line.
 * @throws Error with what it printed when it ends or is not ready in time.
 */
export async function spawnReady({ name, command, ready, stack }: SpawnedOptions) {
  const isReady = Promise.withResolvers<RegExpExecArray>();
  const lines: string[] = [];
  const child = spawnChild({
    command,
    // As ours have it: everybody copies in the same way.
    env: { GLIBC_TUNABLES: glibcTunables, ...process.env },
    stopSignal: "SIGTERM",
    onLine(line) {
      if (lines.length < linesKept) lines.push(line);
      const match = ready.exec(line);
      if (match !== null) isReady.resolve(match);
    },
  });
  stack.defer(async () => {
    await child.stop({ deadlineMs: 2_000 });
  });
  const fail = () => isReady.reject(new Error(`${name} did not get ready: ${lines.join("\n")}`));
  const timer = setTimeout(fail, readyMsMax);
  void child.exited.then(fail);
  try {
    return { pid: child.pid, match: await isReady.promise };
  } finally {
    clearTimeout(timer);
  }
}
