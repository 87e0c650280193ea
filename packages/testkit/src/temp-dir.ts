import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TempDir extends Disposable {
  readonly path: string;
}

/** A fresh directory, removed with all it holds at the end of the caller's `using` scope. */
export function createTempDir(label = "dir"): TempDir {
  const path = mkdtempSync(join(tmpdir(), `barrage-test-${label}-`));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
