import { readFileSync } from "node:fs";

/** What the system says of a running process; `null` when it is gone, or a zombie nobody has waited for. */
export interface ProcessInfo {
  readonly ppid: number;
  /** Opaque: the same pid with another start is another process. */
  readonly startedAt: string;
  readonly name: string;
  readonly commandLine: string;
}

export function processInfo(pid: number): ProcessInfo | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): ProcessInfo | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name stands in parentheses and may hold anything, parentheses and spaces included.
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return null;
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return { ppid: Number(fields[1]), startedAt: fields[19] ?? "", name, commandLine };
  } catch {
    return null;
  }
}

function fromPs(pid: number): ProcessInfo | null {
  const ask = (column: string) => {
    const result = Bun.spawnSync(["ps", "-o", `${column}=`, "-p", String(pid)], { stderr: "ignore" });
    return result.success ? result.stdout.toString().trim() : "";
  };
  const state = ask("state");
  if (state === "" || state.startsWith("Z")) return null;
  const path = ask("comm");
  return {
    ppid: Number(ask("ppid")),
    startedAt: ask("lstart"),
    name: path.slice(path.lastIndexOf("/") + 1),
    commandLine: ask("command"),
  };
}
