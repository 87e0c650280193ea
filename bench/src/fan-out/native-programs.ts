import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { runOrThrow } from "@barrage/scripts/process";
import { cacheDir, findOnPath } from "@barrage/scripts/services";

/** The programs in bench/native, compiled for this machine. */
export interface NativePrograms {
  /** The crowd of viewers, and the publisher. */
  readonly fanLoad: string;
  /** The least that a write per viewer can cost. */
  readonly fanLimit: string;
}

const nativeDir = join(import.meta.dir, "..", "..", "native");
const compileMsMax = 120_000;

/**
 * Compiles what is not in the cache yet.
 * @throws Error that says what is missing: Linux, or a compiler.
 */
export async function nativePrograms(): Promise<NativePrograms> {
  if (process.platform !== "linux") {
    throw new Error("the fan-out scenarios need Linux: their viewers and their limit are written for epoll");
  }
  const loadDir = join(nativeDir, "fan-load");
  const loadFiles = readdirSync(loadDir).map((name) => join(loadDir, name));
  const cpp = compiler("C++", ["c++", "g++", "clang++"]);
  const c = compiler("C", ["cc", "gcc", "clang"]);
  const [fanLoad, fanLimit] = await Promise.all([
    compile("fan-load", [cpp, "-std=c++17", join(loadDir, "main.cpp")], loadFiles),
    compile("fan-limit", [c, join(nativeDir, "fan-limit.c")], [join(nativeDir, "fan-limit.c")]),
  ]);
  return { fanLoad, fanLimit };
}

function compiler(language: string, names: readonly string[]): string {
  const path = findOnPath(names);
  if (path !== null) return path;
  throw new Error(
    `the fan-out scenarios need a ${language} compiler (looked for ${names.join(", ")}): install gcc and g++, ` +
      "on Debian and Ubuntu `apt-get install build-essential`; the other scenarios run without it",
  );
}

async function compile(
  name: string,
  command: readonly string[],
  sources: readonly string[],
): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256");
  for (const part of [process.arch, ...command]) hash.update(`${part}\n`);
  for (const file of sources.toSorted()) hash.update(readFileSync(file));
  const dir = join(cacheDir, "bench");
  const program = join(dir, `${name}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(program)) return program;
  mkdirSync(dir, { recursive: true });
  // Beside its place and renamed: an interrupted compilation is never taken for a program.
  const unfinished = `${program}.${process.pid}`;
  await runOrThrow([...command, "-O2", "-o", unfinished], { deadlineMs: compileMsMax });
  renameSync(unfinished, program);
  return program;
}
