import { readFileSync } from "node:fs";

/** What the system says of a running process; `null` when it is gone, or a zombie nobody has waited for. */
export interface ProcessInfo {
  readonly ppid: number;
  /** Opaque: the same pid with another start is another process. */
  readonly startedAt: string;
  readonly commandLine: string;
}

export function processInfo(pid: number): ProcessInfo | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): ProcessInfo | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before them stands in parentheses and may hold anything, parentheses and spaces included.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return null;
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return { ppid: Number(fields[1]), startedAt: fields[19] ?? "", commandLine };
  } catch {
    return null;
  }
}

function fromPs(pid: number): ProcessInfo | null {
  const columns = ["-o", "state=", "-o", "ppid=", "-o", "lstart=", "-o", "command="];
  const { stdout } = Bun.spawnSync(["ps", ...columns, "-p", String(pid)], { stderr: "ignore" });
  // For example "S+   812 Mon Nov 23 15:12:01 2026     bun scripts/dev.ts".
  const row = /^\s*(\S+)\s+(\d+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/.exec(stdout.toString().split("\n")[0] ?? "");
  if (row === null || row[1]?.startsWith("Z")) return null;
  return { ppid: Number(row[2]), startedAt: row[3] ?? "", commandLine: row[4] ?? "" };
}
