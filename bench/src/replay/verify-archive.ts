import { fileURLToPath } from "node:url";
import { appEnv } from "@barrage/scripts/apps";
import { runCommand } from "@barrage/scripts/process";

/** What `bun run archive:verify` said. */
export interface Verdict {
  readonly isSound: boolean;
  readonly events: number;
  readonly tookS: number;
  readonly output: string;
}

const verifyDeadlineMs = 600_000;
const repoRoot = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs the command as an operator does. */
export async function verifyArchive(
  variables: Readonly<Record<string, string>>,
  session: string,
): Promise<Verdict> {
  const startMs = performance.now();
  const { code, stdout, stderr } = await runCommand([process.execPath, "run", "archive:verify", session], {
    cwd: repoRoot,
    env: appEnv(variables),
    deadlineMs: verifyDeadlineMs,
  });
  const output = `${stdout}${stderr}`;
  const events = Number(/^(\d+) events in/m.exec(output)?.[1]);
  return { isSound: code === 0, events, tookS: (performance.now() - startMs) / 1_000, output };
}
