import { expect, test } from "bun:test";
import { launcherChain } from "./launcher-watch.ts";
import { processInfo } from "./process-info.ts";

/** A process table from "pid ppid command line". */
function table(...rows: readonly string[]) {
  const entries = rows.map((row) => {
    const [, pid = "", ppid = "", commandLine = ""] = /^(\d+) (\d+) (.*)$/.exec(row) ?? [];
    return [Number(pid), { ppid: Number(ppid), startedAt: "0", commandLine }] as const;
  });
  const processes = new Map(entries);
  return (pid: number) => processes.get(pid) ?? null;
}

test("under npx every link up to npx is watched, the shell between included", () => {
  const look = table(
    "50 40 bun scripts/dev.ts",
    "40 30 /cache/_npx/bun/bin/bun.exe run dev",
    "30 20 sh -c bun run dev",
    "20 10 npm exec bun@1.4.5 run dev",
    "10 1 -bash",
  );
  expect(launcherChain(50, look)).toEqual([
    { child: 50, parent: 40 },
    { child: 40, parent: 30 },
    { child: 30, parent: 20 },
  ]);
});

test("a terminal's shell, nohup's or an editor's is no launcher: their end does not stop us", () => {
  const fromTerminal = table(
    "50 40 bun scripts/dev.ts",
    "40 10 /usr/local/bin/bun run dev",
    "10 5 -zsh",
    "5 1 login",
  );
  expect(launcherChain(50, fromTerminal)).toEqual([{ child: 50, parent: 40 }]);
  const fromEditor = table(
    "50 40 bun scripts/dev.ts",
    "40 30 bun run dev",
    "30 20 /bin/sh -c bun run dev",
    "20 1 /usr/bin/node /opt/editor/server.js",
  );
  expect(launcherChain(50, fromEditor)).toEqual([{ child: 50, parent: 40 }]);
  expect(launcherChain(50, table("50 10 bun scripts/dev.ts", "10 1 bash"))).toEqual([]);
});

test("what the system says of this very process is true", () => {
  const info = processInfo(process.pid);
  expect(info?.ppid).toBe(process.ppid);
  expect(info?.commandLine).toContain("test");
  expect(processInfo(process.pid)?.startedAt).toBe(info?.startedAt ?? "never");
  expect(processInfo(2 ** 22 + 1)).toBeNull();
});
