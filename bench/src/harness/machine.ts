import { arch, cpus, platform, release, totalmem } from "node:os";

/** Where numbers come from: without it they mean nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly bun: string;
  readonly commit: string;
  /** The working tree had changes on top of the commit. */
  readonly isDirty: boolean;
}

function git(...args: readonly string[]): string {
  try {
    return Bun.spawnSync(["git", ...args], { cwd: import.meta.dir })
      .stdout.toString()
      .trim();
  } catch {
    // No git, or no repository: the numbers are still worth having.
    return "";
  }
}

/** This machine, and what runs on it. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    bun: Bun.version,
    commit: git("rev-parse", "--short", "HEAD") || "unknown",
    isDirty: git("status", "--porcelain", "--untracked-files=no") !== "",
  };
}
