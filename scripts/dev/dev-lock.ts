import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { processInfo } from "../process/process-info.ts";

/** Who holds the data directory. The start time tells a process from a later one with the same pid. */
interface LockOwner {
  readonly pid: number;
  readonly startedAt: string;
}

export interface DevLock {
  /** Whether its last owner was killed: what that one had started may still be ending. */
  readonly wasLeftBehind: boolean;
  readonly release: () => void;
}

/** Thrown when another `dev` runs on the same data. */
export class DevRunningError extends Error {
  readonly pid: number;
  constructor(pid: number) {
    super(`"bun run dev" is already running here (process ${pid}); stop it first`);
    this.name = "DevRunningError";
    this.pid = pid;
  }
}

/**
 * Takes the lock of a data directory, or says who has it. A lock whose owner is gone is taken over.
 * @throws DevRunningError
 */
export function takeDevLock(path: string): DevLock {
  const owner: LockOwner = { pid: process.pid, startedAt: processInfo(process.pid)?.startedAt ?? "" };
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(owner));
  let wasLeftBehind = false;
  try {
    for (;;) {
      if (createAtomically(draft, path)) return { wasLeftBehind, release: () => releaseLock(path, owner) };
      const current = runningOwner(path);
      if (current !== null) throw new DevRunningError(current.pid);
      wasLeftBehind = true;
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The pid of the `dev` that holds the lock; `null` when none is running. */
export function devPid(path: string): number | null {
  return runningOwner(path)?.pid ?? null;
}

/** A link appears whole or not at all: nobody reads a lock that is half written. */
function createAtomically(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function runningOwner(path: string): LockOwner | null {
  const owner = readOwner(path);
  if (owner === null) return null;
  const info = processInfo(owner.pid);
  return info !== null && info.startedAt === owner.startedAt ? owner : null;
}

function readOwner(path: string): LockOwner | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value !== "object" || value === null || !("pid" in value) || !("startedAt" in value))
      return null;
    return { pid: Number(value.pid), startedAt: String(value.startedAt) };
  } catch {
    return null;
  }
}

function releaseLock(path: string, owner: LockOwner): void {
  if (readOwner(path)?.pid === owner.pid) rmSync(path, { force: true });
}
