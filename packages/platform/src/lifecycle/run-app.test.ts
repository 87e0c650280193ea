import { describe, expect, test } from "bun:test";
import { join } from "node:path";

interface Line {
  readonly msg: string;
  readonly service?: string;
  readonly url?: string;
}

/** Runs the test program, hands it the first signal when it is ready and the second when it is stopping, and collects what it said. */
async function run(mode: string, signals: readonly NodeJS.Signals[] = []) {
  const child = Bun.spawn(
    [process.execPath, join(import.meta.dir, "../testing/signalled-program.ts"), mode],
    {
      stdout: "pipe",
      stderr: "ignore",
    },
  );
  const lines: Line[] = [];
  let rest = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop() ?? "";
    for (const text of texts) {
      const line: Line = JSON.parse(text);
      lines.push(line);
      const signal = signals[["ready", "stopping"].indexOf(line.msg)];
      if (signal !== undefined) child.kill(signal);
    }
  }
  const steps = lines.map(({ msg, service }) => (service === undefined ? msg : `${service} ${msg}`));
  return { code: await child.exited, lines, steps };
}

describe("app lifecycle", () => {
  test("starts in order, says that it is ready and where, stops in reverse order on a signal, and exits with 0", async () => {
    const { code, lines, steps } = await run("ok", ["SIGTERM"]);
    expect(steps).toEqual([
      "first started",
      "second started",
      "third started",
      "ready",
      "stopping",
      "third ended",
      "second ended",
      "first ended",
      "stopped",
    ]);
    expect(lines.find(({ msg }) => msg === "ready")?.url).toBe("http://127.0.0.1:1");
    expect(code).toBe(0);
  });

  test("stops the other services when one hangs beyond the deadline, and exits with 1", async () => {
    const { code, steps } = await run("hang", ["SIGTERM"]);
    expect(steps.slice(-3)).toEqual(["second service did not stop in time", "first ended", "stopped"]);
    expect(code).toBe(1);
  });

  test("takes two interrupts in quick succession for one, since Ctrl-C through npx comes twice", async () => {
    const { code, steps } = await run("ok", ["SIGINT", "SIGINT"]);
    expect(steps.slice(-2)).toEqual(["first ended", "stopped"]);
    expect(code).toBe(0);
  });

  test("a second signal of another kind ends it at once", async () => {
    const { code, steps } = await run("hang", ["SIGINT", "SIGTERM"]);
    expect(steps).not.toContain("first ended");
    expect(code).toBe(1);
  });

  test("a service that can't start stops those before it, and exits with 1 without having been ready", async () => {
    const { code, steps } = await run("fail");
    expect(steps).toEqual([
      "first started",
      "second service failed to start",
      "second ended",
      "first ended",
      "stopped",
    ]);
    expect(code).toBe(1);
  });

  test.each(["throw", "reject"])(
    "an error that nobody caught (%s) is logged, stops everything, and exits with 1",
    async (mode) => {
      const { code, steps } = await run(mode);
      expect(steps.slice(-5)).toEqual([
        mode === "throw" ? "uncaught error" : "unhandled rejection",
        "third ended",
        "second ended",
        "first ended",
        "stopped",
      ]);
      expect(code).toBe(1);
    },
  );
});
