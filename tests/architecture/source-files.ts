import { dirname, resolve } from "node:path";
import { Glob } from "bun";
import { parseSync } from "oxc-parser";

/** The root of the repository. */
export const repositoryRoot = resolve(import.meta.dir, "../..");

/** One import or re-export of a file. */
export interface Import {
  /** What stands between the quotes. */
  readonly specifier: string;
  /** Erased by the compiler: nothing of it is there at run time. */
  readonly typeOnly: boolean;
}

/** One source file and what it takes from others. */
export interface SourceFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly hasStarExport: boolean;
}

const roots = "{apps,packages,db,scripts,tests,bench}";

/** Every TypeScript file of ours, parsed. */
export async function readSourceFiles(): Promise<SourceFile[]> {
  const paths = await Array.fromAsync(new Glob(`${roots}/**/*.{ts,tsx}`).scan({ cwd: repositoryRoot }));
  const ours = paths.filter((path) => !/(^|\/)(node_modules|dist|migrations)\//.test(path)).toSorted();
  return Promise.all(ours.map(readSourceFile));
}

async function readSourceFile(path: string): Promise<SourceFile> {
  const text = await Bun.file(resolve(repositoryRoot, path)).text();
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} can't be parsed: ${errors[0]?.message}`);
  const imports = module.staticImports.map((statement) => ({
    specifier: statement.moduleRequest.value,
    typeOnly: statement.entries.length > 0 && statement.entries.every((entry) => entry.isType),
  }));
  const exported = module.staticExports.flatMap((statement) => statement.entries);
  const reExports = exported.flatMap((entry) =>
    entry.moduleRequest === null ? [] : [{ specifier: entry.moduleRequest.value, typeOnly: entry.isType }],
  );
  const dynamic = [...text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)].map((match) => ({
    specifier: match[1] ?? "",
    typeOnly: false,
  }));
  return {
    path,
    text,
    imports: [...imports, ...reExports, ...dynamic],
    hasStarExport: /^export \* /m.test(text),
  };
}

/** The file that a relative import leads to, as a path from the root; undefined for packages. */
export function relativeTarget(file: SourceFile, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return resolve(repositoryRoot, dirname(file.path), specifier).slice(repositoryRoot.length + 1);
}
