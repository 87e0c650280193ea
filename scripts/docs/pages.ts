import { join } from "node:path";
import { repoRoot } from "../repo-root.ts";
import { errorsPage } from "./errors-page.ts";
import { eventsPage } from "./events-page.ts";

/** The documents that are made from the source, by path. */
export const generatedPages: readonly { readonly path: string; readonly text: string }[] = [
  { path: join(repoRoot, "docs", "errors.md"), text: errorsPage() },
  { path: join(repoRoot, "docs", "events.md"), text: eventsPage() },
];
