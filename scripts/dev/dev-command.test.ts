import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnChild } from "../process/index.ts";
import { repoRoot } from "../repo-root.ts";
import { isPortFree } from "../services/index.ts";
import { demoAccounts } from "./demo-accounts.ts";
import { devPorts } from "./dev-options.ts";

const dataDir = mkdtempSync(join(tmpdir(), "barrage-dev-"));
const portBase = freePortBase();
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** A base whose ports are all free, beside whatever else runs on this machine. */
function freePortBase(): number {
  for (let base = 20_000; base < 30_000; base += 20) {
    const start = base + 1_000 * Math.floor(Math.random() * 2);
    if (Object.values(devPorts(start)).every(isPortFree)) return start;
  }
  throw new Error("no free ports");
}

/** Runs the real command. */
function dev() {
  const lines: string[] = [];
  const ready = Promise.withResolvers<void>();
  const child = spawnChild({
    command: [process.execPath, "scripts/dev.ts", `--port-base=${portBase}`, `--data-dir=${dataDir}`],
    cwd: repoRoot,
    stopSignal: "SIGINT",
    onLine: (line) => {
      lines.push(line);
      if (line.includes("Barrage is ready")) ready.resolve();
    },
  });
  void child.exited.then(() => ready.reject(new Error(`dev ended:\n${lines.join("\n")}`)));
  ready.promise.catch(() => {}); // whoever waits for it hears of it; a dev that shall fail has nobody waiting
  return { child, lines, ready: ready.promise };
}

async function demoRoomOf(apiUrl: string): Promise<string> {
  const answer: unknown = await (
    await fetch(`${apiUrl}/trpc/rooms.list?input=${encodeURIComponent("{}")}`)
  ).json();
  return /"id":"([0-9a-z]+)","title":"Barrage demo"/.exec(JSON.stringify(answer))?.[1] ?? "";
}

test("dev starts everything, says where, refuses a second one, stops cleanly and keeps the data", async () => {
  const first = dev();
  await first.ready;
  const addressesFile = join(dataDir, "dev.json");
  const addresses: unknown = JSON.parse(readFileSync(addressesFile, "utf8"));
  expect(Object.keys(addresses ?? {}).toSorted((a, b) => a.localeCompare(b))).toEqual(
    ["web", "api", "realtime", "postgres", "redis", "nats", "s3"].toSorted((a, b) => a.localeCompare(b)),
  );
  const apiUrl = `http://127.0.0.1:${portBase + 1}`;
  expect(addresses).toMatchObject({ api: apiUrl, web: `http://127.0.0.1:${portBase}` });
  expect((await fetch(`http://127.0.0.1:${portBase}`)).status).toBe(200);
  expect(first.lines.join("\n")).toContain(demoAccounts.password);
  const room = await demoRoomOf(apiUrl);
  expect(room).not.toBe("");

  const second = dev();
  expect((await second.child.exited).code).toBe(1);
  expect(second.lines.join("\n")).toContain(`already running here (process ${first.child.pid})`);

  expect(await first.child.stop({ deadlineMs: 30_000 })).toEqual({ code: 0, signal: null });
  expect(Object.values(devPorts(portBase)).filter((port) => !isPortFree(port))).toEqual([]);
  expect(existsSync(addressesFile)).toBe(false);
  const stops = first.lines
    .filter((line) => / (apps|servers) stopped$/.test(line))
    .map((line) => line.slice(-15));
  expect(stops).toEqual([
    expect.stringContaining("apps stopped"),
    expect.stringContaining("servers stopped"),
  ]);

  const third = dev();
  await third.ready;
  expect(await demoRoomOf(apiUrl)).toBe(room);
  await third.child.stop({ deadlineMs: 30_000 });
}, 180_000);

test("after SIGKILL of dev nothing goes on running, and the next one starts on the same data", async () => {
  const killed = dev();
  await killed.ready;
  const room = await demoRoomOf(`http://127.0.0.1:${portBase + 1}`);
  killed.child.signal("SIGKILL");
  await killed.child.exited;
  const next = dev();
  await next.ready;
  expect(await demoRoomOf(`http://127.0.0.1:${portBase + 1}`)).toBe(room);
  expect((await next.child.stop({ deadlineMs: 30_000 })).code).toBe(0);
}, 180_000);
