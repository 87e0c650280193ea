import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repoRoot } from "../repo-root.ts";

export interface TestFiles {
  /** Beside their sources; they share nothing and may run side by side. */
  readonly unit: readonly string[];
  /** Of the whole system (`tests/`): they load the machine, so each runs alone. */
  readonly system: readonly string[];
  /** In a real browser (`tests/e2e/`). */
  readonly endToEnd: readonly string[];
}

/** All test files, as paths from the root, in a stable order. */
export function listTestFiles(): TestFiles {
  const folders = "{apps,packages,db,scripts,bench,tests}";
  const found = [...new Bun.Glob(`${folders}/**/*.test.{ts,tsx}`).scanSync({ cwd: repoRoot })]
    .filter((path) => !path.includes("node_modules/"))
    .toSorted((a, b) => a.localeCompare(b));
  return {
    unit: found.filter((path) => !path.startsWith("tests/")),
    system: found.filter((path) => path.startsWith("tests/") && !path.startsWith("tests/e2e/")),
    endToEnd: found.filter((path) => path.startsWith("tests/e2e/")),
  };
}

// The test kit, a test's own helper that starts servers, or the scripts that do.
const serverImport =
  /@barrage\/testkit|\/testing\/start-|contract-world|start-test-|create-test-|start-(postgres|redis|nats|s3|app)\b|scripts\/dev\.ts/;

/** Whether a test file starts servers; those that don't make up the quick check. */
export function needsServers(path: string): boolean {
  return serverImport.test(readFileSync(join(repoRoot, path), "utf8"));
}
