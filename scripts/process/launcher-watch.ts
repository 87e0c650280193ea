import { type ProcessInfo, processInfo } from "./process-info.ts";

const launcher = /^(\S*\/)?(node(js)?\s+)?(\S*\/)?(npm|npx|bun|bunx|yarn|pnpm)(-cli)?(\.js|\.exe)?(\s|$)/;
const launcherShell = /^(\S*\/)?(sh|dash|ash|bash|zsh)\s+-c\s/;

// Outside Linux every look starts a `ps`.
const watchIntervalMs = process.platform === "linux" ? 500 : 1_500;

/** One "child was started by parent" of the chain that leads from a launcher to us. */
export interface LauncherLink {
  readonly child: number;
  readonly parent: number;
}

/**
 * The links between this process and the topmost launcher (npx, npm, bun run) that started it, the shells between
 * them included. What lies above (a terminal, an editor, nohup) is none of our business.
 */
export function launcherChain(pid: number, look: (pid: number) => ProcessInfo | null): LauncherLink[] {
  const links: LauncherLink[] = [];
  let upToLauncher = 0;
  for (let child = pid; links.length < 8; ) {
    const parent = look(child)?.ppid ?? 0;
    const info = parent > 1 ? look(parent) : null;
    if (info === null) break;
    const isLauncher = launcher.test(info.commandLine);
    if (!isLauncher && !launcherShell.test(info.commandLine)) break;
    links.push({ child, parent });
    if (isLauncher) upToLauncher = links.length;
    child = parent;
  }
  return links.slice(0, upToLauncher);
}

/**
 * Calls back once when a launcher above us is gone. npx and npm die of SIGTERM without passing it on, and would
 * leave us running with nobody to stop us.
 */
export function watchLaunchers(onGone: () => void): { readonly stop: () => void } {
  const links = launcherChain(process.pid, processInfo);
  if (links.length === 0) return { stop: () => {} };
  const timer = setInterval(() => {
    if (links.every(({ child, parent }) => processInfo(child)?.ppid === parent)) return;
    clearInterval(timer);
    onGone();
  }, watchIntervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
