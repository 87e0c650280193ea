import { cpus } from "node:os";
import { runCommand } from "@barrage/scripts/process";

/** Keeps the server that is measured and the viewers that measure it on cores of their own. */
export interface Pinning {
  /** What is pinned to what, in words. */
  readonly summary: string;
  /** Put before the viewers' command line. */
  readonly viewersPrefix: readonly string[];
  /** Gives running processes, all their threads, the server's core. */
  readonly pinServer: (pids: readonly number[]) => Promise<void>;
  /** Keeps running processes off the server's core. */
  readonly pinOthers: (pids: readonly number[]) => Promise<void>;
}

const tasksetMsMax = 5_000;

/** The first core is the viewers', the last one the server's; brokers share what is not the server's. */
export function createPinning(): Pinning {
  const cores = cpus().length;
  const taskset = Bun.which("taskset");
  if (taskset === null || cores < 2) {
    const why = taskset === null ? "no taskset here" : "one core only";
    return {
      summary: `not pinned: ${why}`,
      viewersPrefix: [],
      pinServer: async () => {},
      pinOthers: async () => {},
    };
  }
  const serverCore = String(cores - 1);
  const otherCores = cores === 2 ? "0" : `0-${cores - 2}`;
  const pinTo = (list: string) => async (pids: readonly number[]) => {
    // A process that ended meanwhile is no failure here: whoever measures it will say so.
    for (const pid of pids)
      await runCommand([taskset, "-a", "-c", "-p", list, String(pid)], { deadlineMs: tasksetMsMax });
  };
  return {
    summary: `server on core ${serverCore}, viewers on core 0, NATS on ${otherCores}`,
    viewersPrefix: [taskset, "-c", "0"],
    pinServer: pinTo(serverCore),
    pinOthers: pinTo(otherCores),
  };
}
