import type { TestFileResult } from "./run-test-file.ts";
import type { CheckResult } from "./static-checks.ts";

export interface Tally {
  readonly addCheck: (result: CheckResult) => void;
  readonly addFile: (result: TestFileResult) => void;
  readonly addSkipped: (names: readonly string[], reason: string) => void;
  /** Prints what was skipped and what failed, and then the line that everything reads: `N passed, N failed`. */
  readonly close: () => { readonly failed: number };
}

const mark = (ok: boolean) => (ok ? "ok  " : "FAIL");
const indent = (text: string) => text.replaceAll(/^/gm, "    ");

/** Counts and prints results as they come; every test is one, and so are format, lint and types. */
export function createTally(print: (text: string) => void): Tally {
  let passed = 0;
  let failed = 0;
  const failures: string[] = [];
  const skipped: string[] = [];
  return {
    addCheck: ({ name, ok, seconds, output }) => {
      passed += ok ? 1 : 0;
      failed += ok ? 0 : 1;
      print(`${mark(ok)} ${name} (${seconds.toFixed(1)} s)`);
      if (ok) return;
      print(indent(output));
      failures.push(name);
    },
    addFile: (result) => {
      passed += result.passed;
      failed += result.failed;
      const counts = `${result.passed} passed${result.failed ? `, ${result.failed} failed` : ""}`;
      print(`${mark(result.failed === 0)} ${result.path} (${counts}, ${result.seconds.toFixed(1)} s)`);
      skipped.push(...result.skipped.map((title) => `${result.path}: ${title}`));
      if (result.failed === 0) return;
      print(indent(result.output));
      if (result.broken !== null) print(indent(`the file ${result.broken}`));
      failures.push(...failedTitles(result));
    },
    addSkipped: (names, reason) => skipped.push(...names.map((name) => `${name}: ${reason}`)),
    close: () => {
      if (skipped.length > 0) print(["", "Skipped:", ...skipped.map((line) => `  ${line}`)].join("\n"));
      if (failures.length > 0) print(["", "Failed:", ...failures.map((line) => `  ${line}`)].join("\n"));
      print(`\n${passed} passed, ${failed} failed`);
      return { failed };
    },
  };
}

function failedTitles(result: TestFileResult): string[] {
  const titles = [...result.output.matchAll(/^\(fail\) (.*)$/gm)].map(
    (match) => `${result.path}: ${match[1] ?? ""}`,
  );
  return result.broken === null ? titles : [...titles, `${result.path}: ${result.broken}`];
}
