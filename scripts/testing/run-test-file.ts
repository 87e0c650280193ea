import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawnChild } from "../process/index.ts";
import { repoRoot } from "../repo-root.ts";
import { parseTestReport } from "./test-report.ts";

export interface TestFileOptions {
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly reportDir: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export interface TestFileResult {
  readonly path: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  readonly seconds: number;
  /** What the run said, failures included. */
  readonly output: string;
  /** Why it failed as a whole, beyond its single tests. */
  readonly broken: string | null;
}

// Bun's default of 5 s is meant for tests without servers.
const testDeadlineMs = 60_000;

/**
 * Runs one test file in a process of its own. A file that crashes, hangs or does not load counts as one failure,
 * besides those it reported.
 */
export async function runTestFile(options: TestFileOptions): Promise<TestFileResult> {
  const { path, signal } = options;
  const reportFile = join(options.reportDir, `${path.replaceAll(/[^\w.]/g, "_")}.xml`);
  const startedAt = performance.now();
  const lines: string[] = [];
  const report = ["--reporter=junit", `--reporter-outfile=${reportFile}`];
  const child = spawnChild({
    command: [process.execPath, "test", `--timeout=${testDeadlineMs}`, ...report, `./${path}`],
    cwd: repoRoot,
    env: options.env,
    stopSignal: "SIGTERM",
    onLine: (line) => lines.push(line),
  });
  let overdue = false;
  const end = () => child.signal("SIGKILL");
  const timer = setTimeout(() => {
    overdue = true;
    end();
  }, options.deadlineMs);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const exit = await child.exited;
  clearTimeout(timer);
  signal.removeEventListener("abort", end);

  const counts = existsSync(reportFile) ? parseTestReport(readFileSync(reportFile, "utf8")) : null;
  const failed = counts?.failed ?? 0;
  let broken: string | null = null;
  if (overdue) broken = `did not end within ${options.deadlineMs / 60_000} minutes`;
  else if (exit.signal !== null) broken = `was ended by ${exit.signal}`;
  else if (exit.code !== 0 && failed === 0) broken = `ended with exit code ${exit.code} beside its tests`;
  else if (counts === null) broken = "reported nothing";
  return {
    path,
    passed: counts?.passed ?? 0,
    failed: failed + (broken === null ? 0 : 1),
    skipped: counts?.skipped ?? [],
    seconds: (performance.now() - startedAt) / 1_000,
    output: lines.join("\n"),
    broken,
  };
}
