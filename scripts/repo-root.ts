import { join } from "node:path";

/** The folder of the repository; every script works from here, wherever it was called. */
export const repoRoot = join(import.meta.dir, "..");
