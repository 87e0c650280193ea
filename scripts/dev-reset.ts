import { rmSync } from "node:fs";
import { devPid } from "./dev/dev-lock.ts";
import { devPaths } from "./dev/dev-paths.ts";

// Removing a running database's files would leave it writing into nothing.
const pid = devPid(devPaths.lockFile);
if (pid !== null) {
  console.error(`"bun run dev" is running (process ${pid}): stop it first`);
  process.exit(1);
}
rmSync(devPaths.dataDir, { recursive: true, force: true });
console.log(`emptied ${devPaths.dataDir}`);
