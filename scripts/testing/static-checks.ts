import { join } from "node:path";
import { runCommand } from "../process/index.ts";
import { repoRoot } from "../repo-root.ts";

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
}

// Through our own Bun: Node is not on every machine that has Bun, and these are Node scripts.
const tool = (name: string) => [process.execPath, "--bun", join(repoRoot, "node_modules", ".bin", name)];

const checks = [
  { name: "format", command: [...tool("biome"), "check", "--max-diagnostics=50", "."] },
  { name: "lint", command: [...tool("oxlint"), "--type-aware"] },
  { name: "types", command: [...tool("tsc"), "--project", "tsconfig.json"] },
] as const;

/** Format, lint and types of the whole repository, one after the other: each uses all cores by itself. */
export async function* staticChecks(signal: AbortSignal): AsyncGenerator<CheckResult> {
  for (const { name, command } of checks) {
    const startedAt = performance.now();
    const result = await runCommand(command, { cwd: repoRoot, deadlineMs: 300_000, signal });
    if (signal.aborted) return;
    const output = `${result.stdout}${result.stderr}`.trim();
    yield { name, ok: result.code === 0, seconds: (performance.now() - startedAt) / 1_000, output };
  }
}
