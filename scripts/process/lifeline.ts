/**
 * A shell prologue that ties a child's life to ours without any help of the kernel or of an init process.
 *
 * The parent holds one end of a pipe whose other end is the child's descriptor 3. The shell leaves that to a
 * small background watcher and then *becomes* the program (`exec`, so the pid and the signals are the program's
 * own). When the parent ends, however it ends (SIGKILL included), the watcher reads end-of-file and stops the
 * program. (Not stdin: Bun closes that one itself when the program ends, which would look the same.)
 *
 * Chosen over `setpriv --pdeathsig`, which only Linux has, which is tied to the parent's *thread*, and which
 * cannot clean up: the watcher also removes the temporary directory of a killed test run.
 */
const prologue = `
{
  read -r _ <&3 || {
    kill -s "$LIFELINE_SIGNAL" $$
    n=0
    while kill -0 $$ && [ $n -lt 80 ]; do sleep 0.1; n=$((n + 1)); done
    kill -s KILL $$
    [ -z "$LIFELINE_REMOVE" ] || rm -rf "$LIFELINE_REMOVE"
  }
} >/dev/null 2>&1 &
exec 3<&-
unset LIFELINE_SIGNAL LIFELINE_REMOVE
exec "$@"
`;

export interface LifelineOptions {
  readonly command: readonly string[];
  /** Sent to the program when the parent is gone. */
  readonly signal: NodeJS.Signals;
  /** A directory to remove once the program is gone too; only when the parent could not do it itself. */
  readonly removeDir?: string | undefined;
}

/** The command line and environment that run a program on a lifeline; its descriptor 3 must be a pipe we hold. */
export function lifeline(options: LifelineOptions): { command: string[]; env: Record<string, string> } {
  return {
    command: ["/bin/sh", "-c", prologue, "lifeline", ...options.command],
    env: { LIFELINE_SIGNAL: options.signal.replace(/^SIG/, ""), LIFELINE_REMOVE: options.removeDir ?? "" },
  };
}

/** What the parent writes when it has seen the program end: the watcher goes without signalling anyone. */
export const lifelineRelease = "released\n";
