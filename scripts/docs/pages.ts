import { join } from "node:path";
import { repoRoot } from "../repo-root.ts";
import { errorsPage } from "./errors-page.ts";
import { eventsPage } from "./events-page.ts";

/** A document that is made from the source. */
export interface GeneratedPage {
  readonly path: string;
  readonly text: string;
}

const biome = join(repoRoot, "node_modules", ".bin", "biome");

/** All of them, formatted like everything else. @throws Error when the formatter does not take one */
export async function generatePages(): Promise<readonly GeneratedPage[]> {
  return [await page("errors.md", errorsPage()), await page("events.md", eventsPage())];
}

async function page(name: string, text: string): Promise<GeneratedPage> {
  const path = join(repoRoot, "docs", name);
  const child = Bun.spawn([process.execPath, "--bun", biome, "format", `--stdin-file-path=${path}`], {
    cwd: repoRoot,
    stdin: new TextEncoder().encode(text),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [formatted, fault] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`${name} can't be formatted: ${fault}`);
  return { path, text: formatted };
}
