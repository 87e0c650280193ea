import { existsSync, readFileSync } from "node:fs";

/** What a process has used so far. */
export interface ProcessUsage {
  readonly cpuS: number;
  readonly rssBytes: number;
}

/** The kernel's clock ticks per second, which Linux fixes at 100 for user space. */
const ticksPerSecond = 100;
const pageBytes = 4096;

function fromProc(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name, in parentheses, may hold spaces: fields are counted from its end (see proc(5)).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const cpuS = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  return { cpuS, rssBytes: Number(fields[21]) * pageBytes };
}

/** `[[dd-]hh:]mm:ss[.cc]` in seconds. */
function seconds(time: string): number {
  const [clock = "", days = "0"] = time.split("-").toReversed();
  return clock.split(":").reduce((sum, part) => sum * 60 + Number(part), Number(days) * 24);
}

function fromPs(pid: number): ProcessUsage {
  const { stdout } = Bun.spawnSync(["ps", "-o", "rss=,time=", "-p", String(pid)]);
  const [rss = "0", time = "0"] = stdout.toString().trim().split(/\s+/);
  return { cpuS: seconds(time), rssBytes: Number(rss) * 1024 };
}

/** Processor time (all threads) and resident memory of a process. */
export function usageOf(pid: number): ProcessUsage {
  return existsSync(`/proc/${pid}/stat`) ? fromProc(pid) : fromPs(pid);
}
