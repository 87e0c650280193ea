import { join } from "node:path";
import { repoRoot } from "../repo-root.ts";

/** Where fetched programs are kept between runs: out of version control, safe to delete at any time. */
export const cacheDir = join(repoRoot, ".cache");
