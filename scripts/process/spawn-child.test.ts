import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";
import { spawnChild } from "./spawn-child.ts";

test("a program's pid, exit code and lines are its own", async () => {
  const lines: string[] = [];
  const child = spawnChild({
    command: ["sh", "-c", 'echo "pid $$"; echo oops >&2; printf "no newline"; exit 7'],
    stopSignal: "SIGTERM",
    onLine: (line, stream) => lines.push(`${stream}: ${line}`),
  });
  expect(await child.exited).toEqual({ code: 7, signal: null });
  expect(lines.toSorted((a, b) => a.localeCompare(b))).toEqual([
    "stderr: oops",
    "stdout: no newline",
    `stdout: pid ${child.pid}`,
  ]);
});

/** Runs a shell script that prints one line when its trap is set, and waits for that line. */
async function runTrapped(script: string, stopSignal: NodeJS.Signals) {
  const ready = Promise.withResolvers<string>();
  const child = spawnChild({ command: ["sh", "-c", script], stopSignal, onLine: ready.resolve });
  await ready.promise;
  return child;
}

test("stop asks with the program's own signal, and kills what does not listen", async () => {
  const polite = await runTrapped("trap 'exit 5' INT; echo set; while :; do sleep 0.01; done", "SIGINT");
  expect(await polite.stop()).toEqual({ code: 5, signal: null });
  const deaf = await runTrapped("trap '' TERM; echo set; while :; do sleep 0.01; done", "SIGTERM");
  expect(await deaf.stop({ deadlineMs: 50 })).toEqual({ code: null, signal: "SIGKILL" });
  expect(await deaf.stop()).toEqual({ code: null, signal: "SIGKILL" });
});

test("a log file gets both streams and keeps what it had", async () => {
  const dir = mkdtempSync(join(tmpdir(), "barrage-spawn-"));
  try {
    const logFile = join(dir, "out.log");
    for (const word of ["first", "second"]) {
      await spawnChild({
        command: ["sh", "-c", `echo ${word}; echo ${word} >&2`],
        stopSignal: "SIGTERM",
        logFile,
      }).exited;
    }
    expect(readFileSync(logFile, "utf8")).toBe("first\nfirst\nsecond\nsecond\n");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("a command past its deadline is killed; one that does not exist fails and says so", async () => {
  expect((await runCommand(["sleep", "60"], { deadlineMs: 50 })).code).toBeNull();
  const missing = await runCommand(["no-such-program-here"], { deadlineMs: 5_000 });
  // 126 where a folder of the PATH may not be searched: the shell can't know that nothing is in it.
  expect([126, 127]).toContain(missing.code ?? 0);
  expect(missing.stderr).toContain("no-such-program-here");
});
