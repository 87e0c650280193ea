import { join, resolve } from "node:path";
import { repoRoot } from "../repo-root.ts";

/** Where `dev` keeps what survives a restart. */
export interface DevPaths {
  readonly dataDir: string;
  readonly lockFile: string;
  readonly addressesFile: string;
  readonly logsDir: string;
}

export const defaultDataDir = join(repoRoot, ".data");

export function devPaths(dataDir: string): DevPaths {
  const root = resolve(dataDir);
  return {
    dataDir: root,
    lockFile: join(root, "dev.lock"),
    addressesFile: join(root, "dev.json"),
    logsDir: join(root, "logs"),
  };
}
