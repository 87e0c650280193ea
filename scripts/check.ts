import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { installDependencies } from "./install-dependencies.ts";
import { stopSignal } from "./process/stop-requests.ts";

/** The quick gate while working: format, lint, types, and the tests that need no servers. */
async function main(): Promise<number> {
  const print = (text: string) => console.log(text);
  await installDependencies(print);
  const signal = stopSignal();
  const [{ staticChecks }, { listTestFiles, needsServers }, { runTestFile }, { runPool }, { createTally }] =
    await Promise.all([
      import("./testing/static-checks.ts"),
      import("./testing/test-files.ts"),
      import("./testing/run-test-file.ts"),
      import("./testing/run-pool.ts"),
      import("./testing/tally.ts"),
    ]);
  const tally = createTally(print);
  for await (const result of staticChecks(signal)) tally.addCheck(result);
  const reportDir = mkdtempSync(join(tmpdir(), "barrage-check-"));
  try {
    const { unit, system } = listTestFiles();
    const quick = [...unit, ...system.filter((path) => path.startsWith("tests/architecture/"))];
    const paths = quick.filter((path) => !needsServers(path));
    await runPool(paths, { width: Math.min(4, cpus().length), signal }, async (path) => {
      tally.addFile(await runTestFile({ path, env: process.env, reportDir, deadlineMs: 60_000, signal }));
    });
  } finally {
    rmSync(reportDir, { recursive: true, force: true });
  }
  return signal.aborted || tally.close().failed > 0 ? 1 : 0;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : Bun.inspect(error));
  process.exit(1);
}
