import { repoRoot } from "./repo-root.ts";

const startedVariable = "BARRAGE_COMMAND_STARTED_MS";

const startedMs = process.env[startedVariable];
delete process.env[startedVariable]; // ours alone: children begin anew

/** When the person gave the command, in milliseconds since 1970. */
export const commandStartedMs = Number(startedMs ?? Date.now());

/**
 * Installs exactly what the lock file says; some 100 ms when nothing changed. Runs before anything that imports a
 * package, so this file and its importers use nothing but Bun itself. When something was installed, this process
 * *becomes* a new one (same pid): Bun remembers for as long as it runs which folders had no packages.
 * @throws Error with what Bun said.
 */
export async function installDependencies(step: (message: string) => void): Promise<void> {
  if (startedMs !== undefined) return step("dependencies installed");
  step("checking the dependencies");
  // process.execPath, not "bun": started by npx, Bun is not on the PATH.
  const install = Bun.spawn([process.execPath, "install", "--frozen-lockfile", "--no-progress"], {
    cwd: repoRoot,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([
    new Response(install.stdout).text(),
    new Response(install.stderr).text(),
  ]);
  if ((await install.exited) !== 0) {
    throw new Error(`the dependencies could not be installed:\n${stderr.trim()}\n${stdout.trim()}`);
  }
  if (stdout.includes("(no changes)")) return;
  const env = { ...process.env, [startedVariable]: String(commandStartedMs) };
  process.execve?.(process.execPath, [process.execPath, ...process.argv.slice(1)], env);
}
