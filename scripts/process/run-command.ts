import { spawnChild } from "./spawn-child.ts";

export interface CommandOptions {
  readonly cwd?: string | undefined;
  readonly env?: Record<string, string | undefined> | undefined;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** A temporary directory that must not outlive the command when we are killed. */
  readonly removeDir?: string | undefined;
}

export interface CommandResult {
  /** `null` when it was ended by a signal: its deadline, or the caller's abort. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a short command to its end and collects what it says. Never throws for a failing command. */
export async function runCommand(
  command: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const said = { stdout: "", stderr: "" };
  const child = spawnChild({
    command,
    cwd: options.cwd,
    env: options.env,
    stopSignal: "SIGTERM",
    removeDir: options.removeDir,
    onLine: (line, stream) => {
      said[stream] += `${line}\n`;
    },
  });
  const giveUp = () => child.signal("SIGKILL");
  const timer = setTimeout(giveUp, options.deadlineMs);
  options.signal?.addEventListener("abort", giveUp, { once: true });
  if (options.signal?.aborted) giveUp();
  try {
    const { code } = await child.exited;
    return { code, ...said };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", giveUp);
  }
}

/** As {@link runCommand}, but a failure throws with the command and the end of what it said. */
export async function runOrThrow(command: readonly string[], options: CommandOptions): Promise<string> {
  const result = await runCommand(command, options);
  if (result.code === 0) return result.stdout;
  const said = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-8).join("\n");
  const how = result.code === null ? "was stopped (deadline passed?)" : `ended with ${result.code}`;
  throw new Error(`${command.slice(0, 3).join(" ")} … ${how}\n${said}`);
}
