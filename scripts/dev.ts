import { step } from "./dev/dev-console.ts";
import { DevRunningError, takeDevLock } from "./dev/dev-lock.ts";
import { type DevOptions, devUsage, parseDevOptions } from "./dev/dev-options.ts";
import { devPaths } from "./dev/dev-paths.ts";
import { installDependencies } from "./install-dependencies.ts";
import { stopSignal } from "./process/stop-requests.ts";

/** Starts all of Barrage for development: `bun run dev`, or `npx -y bun@1.4.5 run dev` without Bun. */
async function main(options: DevOptions): Promise<void> {
  if (options.help) return console.log(devUsage);
  await installDependencies(step);
  const signal = stopSignal();
  const paths = devPaths(options.dataDir);
  const lock = takeDevLock(paths.lockFile);
  try {
    // Imported only now: a fresh checkout has no packages to import before the install.
    const { runDev } = await import("./dev/run-dev.ts");
    const { portBase, realtimeProcesses, traces } = options;
    const { wasLeftBehind } = lock;
    await runDev({ portBase, realtimeProcesses, paths, traces, wasLeftBehind, signal });
  } finally {
    lock.release();
  }
}

function options(): DevOptions {
  try {
    return parseDevOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${devUsage}`);
    process.exit(2);
  }
}

try {
  await main(options());
  process.exit(0);
} catch (error) {
  if (error === "SIGINT" || error === "SIGTERM" || error === "SIGHUP") process.exit(130);
  const expected = error instanceof DevRunningError || process.env["DEBUG"] === undefined;
  console.error(`\n${expected && error instanceof Error ? error.message : Bun.inspect(error)}`);
  process.exit(1);
}
