import { join } from "node:path";
import { repoRoot } from "../repo-root.ts";

const dataDir = join(repoRoot, ".data");

/** Where `dev` keeps what survives a restart. */
export const devPaths = {
  dataDir,
  lockFile: join(dataDir, "dev.lock"),
  addressesFile: join(dataDir, "dev.json"),
  logsDir: join(dataDir, "logs"),
} as const;
