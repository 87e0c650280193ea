import { rmSync } from "node:fs";
import { devPid } from "./dev/dev-lock.ts";
import { defaultDataDir, devPaths } from "./dev/dev-paths.ts";

const { dataDir, lockFile } = devPaths(defaultDataDir);
// Removing a running database's files would leave it writing into nothing.
const pid = devPid(lockFile);
if (pid !== null) {
  console.error(`"bun run dev" is running (process ${pid}): stop it first`);
  process.exit(1);
}
rmSync(dataDir, { recursive: true, force: true });
console.log(`emptied ${dataDir}`);
