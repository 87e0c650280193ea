import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { appEnv } from "../apps/index.ts";
import { provideChromium } from "../chromium/index.ts";
import { startPostgres } from "../services/index.ts";
import { runPool } from "./run-pool.ts";
import { runTestFile } from "./run-test-file.ts";
import { staticChecks } from "./static-checks.ts";
import type { Tally } from "./tally.ts";
import { listTestFiles } from "./test-files.ts";

export interface RunTestsOptions {
  readonly tally: Tally;
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
}

const minuteMs = 60_000;

/** Everything, in the order of what fails fastest: static checks, tests beside sources, the system, a browser. */
export async function runTests({ tally, print, signal }: RunTestsOptions): Promise<void> {
  for await (const result of staticChecks(signal)) tally.addCheck(result);
  if (signal.aborted) return;
  const workDir = mkdtempSync(join(tmpdir(), "barrage-test-run-"));
  const reportDir = join(workDir, "reports");
  mkdirSync(reportDir);
  const postgres = await startPostgres({
    dataDir: workDir, // as the server's own, it goes with it even when we are killed
    syncWrites: false,
    removeDataDirWhenOrphaned: true,
    onProgress: print,
  });
  try {
    const run = createFileRunner({
      tally,
      signal,
      reportDir,
      postgresUrl: postgres.url,
    });
    const files = listTestFiles();
    // One more than there are cores: they wait for servers a good part of their time.
    await run(files.unit, { width: Math.min(4, cpus().length + 1), deadlineMs: 5 * minuteMs });
    await run(files.system, { width: 1, deadlineMs: 15 * minuteMs });
    if (files.endToEnd.length === 0 || signal.aborted) return;
    const browser = await provideChromium(print);
    if ("reason" in browser) return tally.addSkipped(files.endToEnd, browser.reason);
    await run(files.endToEnd, { width: 1, deadlineMs: 10 * minuteMs });
  } finally {
    await postgres.stop();
    rmSync(workDir, { recursive: true, force: true });
  }
}

/** What tests are told by a shell: which seed, which browser, how long. */
const testVariable =
  /^(TEST_|S3_CONTRACT_|S3_FUZZ_|CLUSTER_|CHROMIUM_|HOMEBREW_|CI$|GITHUB_|NO_COLOR$|FORCE_COLOR$)/;

/** Without the app settings of a developer's shell: a test that reads them would pass here and fail elsewhere. */
function testEnv(postgresUrl: string) {
  const own = Object.entries(process.env).filter(([name]) => testVariable.test(name));
  return { ...appEnv({}), ...Object.fromEntries(own), TEST_POSTGRES_URL: postgresUrl };
}

interface FileRunnerDeps {
  readonly tally: Tally;
  readonly signal: AbortSignal;
  readonly reportDir: string;
  readonly postgresUrl: string;
}

function createFileRunner({ tally, signal, reportDir, postgresUrl }: FileRunnerDeps) {
  const env = testEnv(postgresUrl);
  return (paths: readonly string[], limits: { readonly width: number; readonly deadlineMs: number }) =>
    runPool(paths, { width: limits.width, signal }, async (path) => {
      const result = await runTestFile({ path, env, reportDir, deadlineMs: limits.deadlineMs, signal });
      if (!signal.aborted) tally.addFile(result);
    });
}
