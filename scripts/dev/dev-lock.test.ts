import { afterAll, afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DevRunningError, devPid, takeDevLock } from "./dev-lock.ts";

const dir = mkdtempSync(join(tmpdir(), "barrage-lock-"));
const path = join(dir, "dev.lock");
afterEach(() => {
  for (const name of readdirSync(dir)) rmSync(join(dir, name));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("a second dev is refused by the name of the first, until the first lets go", () => {
  const lock = takeDevLock(path);
  expect(() => takeDevLock(path)).toThrow(DevRunningError);
  expect(() => takeDevLock(path)).toThrow(`process ${process.pid}`);
  expect(devPid(path)).toBe(process.pid);
  lock.release();
  expect(devPid(path)).toBeNull();
  takeDevLock(path).release();
  expect(readdirSync(dir)).toEqual([]);
});

test("the lock of a dev that was killed is taken over", async () => {
  const source = `
    import { takeDevLock } from ${JSON.stringify(join(import.meta.dir, "dev-lock.ts"))};
    takeDevLock(${JSON.stringify(path)});
    process.kill(process.pid, "SIGKILL");`;
  await Bun.spawn([process.execPath, "-e", source]).exited;
  expect(existsSync(path)).toBe(true);
  expect(devPid(path)).toBeNull();
  const lock = takeDevLock(path);
  expect(lock.wasLeftBehind).toBe(true);
  lock.release();
  expect(takeDevLock(path).wasLeftBehind).toBe(false);
});

test("a pid that now belongs to another process holds no lock", () => {
  writeFileSync(path, JSON.stringify({ pid: process.ppid, startedAt: "long ago" }));
  expect(devPid(path)).toBeNull();
  takeDevLock(path).release();
});

test("a lock that cannot be read holds nobody up", () => {
  writeFileSync(path, "{ half a");
  takeDevLock(path).release();
});

test("of many devs started at once exactly one gets the lock", async () => {
  const source = `
    import { takeDevLock } from ${JSON.stringify(join(import.meta.dir, "dev-lock.ts"))};
    try { takeDevLock(${JSON.stringify(path)}); console.log("got it"); await Bun.stdin.text(); } catch { console.log("refused"); }`;
  const devs = Array.from({ length: 5 }, () =>
    Bun.spawn([process.execPath, "-e", source], { stdin: "pipe", stdout: "pipe" }),
  );
  const answers = await Promise.all(
    devs.map(async (dev) => new TextDecoder().decode((await dev.stdout.getReader().read()).value).trim()),
  );
  for (const dev of devs) void dev.stdin.end();
  await Promise.all(devs.map((dev) => dev.exited));
  expect(answers.filter((answer) => answer === "got it")).toHaveLength(1);
});
