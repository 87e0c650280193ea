import { installDependencies } from "./install-dependencies.ts";
import { stopSignal } from "./process/stop-requests.ts";

const deadlineMinutes = 30;

/**
 * The one gate: format, lint, types and every test against real servers, beside a running `dev`. Its last line is
 * `N passed, N failed`.
 */
async function main(): Promise<number> {
  const print = (text: string) => console.log(text);
  await installDependencies(print);
  const stop = stopSignal();
  // A quiet machine with two cores needs a third of it: a hang is reported by us, and not by whoever waits for us.
  const signal = AbortSignal.any([stop, AbortSignal.timeout(deadlineMinutes * 60_000)]);
  // Imported only now: a fresh checkout has no packages to import before the install.
  const [{ runTests }, { createTally }] = await Promise.all([
    import("./testing/run-tests.ts"),
    import("./testing/tally.ts"),
  ]);
  const tally = createTally(print);
  await runTests({ tally, print, signal });
  if (stop.aborted) return 130;
  if (signal.aborted)
    tally.addCheck({
      name: "deadline",
      ok: false,
      seconds: deadlineMinutes * 60,
      output: "the run took too long",
    });
  return tally.close().failed === 0 ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : Bun.inspect(error));
  console.log("0 passed, 1 failed");
  process.exit(1);
}
