import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { repoRoot } from "../repo-root.ts";
import { runTestFile } from "./run-test-file.ts";

/** Runs the real runner on a test file with this text. */
async function outcome(text: string, deadlineMs = 30_000) {
  const dir = mkdtempSync(join(tmpdir(), "barrage-runner-"));
  try {
    const file = join(dir, "sample.test.ts");
    writeFileSync(file, `import { expect, test, describe } from "bun:test";\n${text}`);
    const signal = new AbortController().signal;
    return await runTestFile({
      path: relative(repoRoot, file),
      env: process.env,
      reportDir: dir,
      deadlineMs,
      signal,
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test("passed, failed and skipped tests are counted, and the skipped ones named", async () => {
  const result = await outcome(`
    test("good", () => expect(1).toBe(1));
    describe("group", () => { test("bad & <odd>", () => expect(1).toBe(2)); test("fine", () => {}); });
    test.skip("left \\"out\\"", () => {});`);
  expect(result).toMatchObject({ passed: 2, failed: 1, skipped: ['left "out"'], broken: null });
  expect(result.output).toContain("bad & <odd>");
}, 60_000);

test("a file that does not load, ends by itself or kills itself counts as a failure", async () => {
  expect(await outcome("import './missing-file.ts';")).toMatchObject({ passed: 0, failed: 1 });
  expect((await outcome("test('x', () => { process.exit(3); });")).failed).toBe(1);
  expect((await outcome("test('x', () => { process.kill(process.pid, 'SIGKILL'); });")).broken).toBe(
    "was ended by SIGKILL",
  );
}, 60_000);

test("a file that hangs is ended and counts as a failure", async () => {
  const result = await outcome(
    "test('x', () => new Promise(() => {}), 1e9); setInterval(() => {}, 1e3);",
    1_500,
  );
  expect(result.failed).toBe(1);
  expect(result.broken).toMatch(/did not end/);
}, 60_000);
