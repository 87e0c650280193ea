import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisClient, SQL } from "bun";
import { processInfo } from "../process/process-info.ts";
import { freePort, isPortFree } from "./free-port.ts";
import type { RunningServer, ServerOptions } from "./server.ts";
import { startNats } from "./start-nats.ts";
import { startPostgres } from "./start-postgres.ts";
import { startRedis } from "./start-redis.ts";

const deadlineMs = 120_000;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function tempDir(): string {
  const path = mkdtempSync(join(tmpdir(), "barrage-services-"));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Starts a server that the test stops at its end at the latest. */
async function run<S extends RunningServer>(
  start: (options: ServerOptions) => Promise<S>,
  options: ServerOptions,
) {
  const server = await start({ syncWrites: false, ...options });
  cleanups.push(() => server.stop());
  return server;
}

async function query(url: string, work: (sql: SQL) => Promise<Iterable<unknown>>): Promise<unknown[]> {
  const sql = new SQL({ url, max: 1 });
  try {
    return [...(await work(sql))];
  } finally {
    await sql.close();
  }
}

test(
  "PostgreSQL keeps its data over a stop and over SIGKILL, on the same port",
  async () => {
    const dataDir = tempDir();
    const first = await run(startPostgres, { dataDir, syncWrites: true });
    await query(first.url, (sql) => sql`create table kept as select 7 as n`);
    await first.stop();
    expect(isPortFree(first.port)).toBe(true);
    const second = await run(startPostgres, { dataDir, syncWrites: true, port: first.port });
    await query(second.url, (sql) => sql`insert into kept values (8)`);
    await second.kill();
    const third = await run(startPostgres, { dataDir, port: first.port });
    expect(await query(third.url, (sql) => sql`select n from kept order by n`)).toMatchObject([
      { n: 7 },
      { n: 8 },
    ]);
  },
  deadlineMs,
);

test(
  "PostgreSQL starts although a stale pid file names a process that lives but is a stranger",
  async () => {
    const dataDir = tempDir();
    const first = await run(startPostgres, { dataDir });
    await first.stop();
    // As in a container that counts its processes from 1 again: the old pid is somebody's, here this very test's.
    writeFileSync(
      join(dataDir, "cluster", "postmaster.pid"),
      `${process.pid}\n${join(dataDir, "cluster")}\n`,
    );
    const second = await run(startPostgres, { dataDir });
    expect(await query(second.url, (sql) => sql`select 1 as one`)).toMatchObject([{ one: 1 }]);
  },
  deadlineMs,
);

test(
  "a second PostgreSQL on the same data is refused, and the first one goes on",
  async () => {
    const dataDir = tempDir();
    const first = await run(startPostgres, { dataDir });
    await expect(startPostgres({ dataDir })).rejects.toThrow(/another PostgreSQL .* is using/);
    expect(await query(first.url, (sql) => sql`select 1 as one`)).toMatchObject([{ one: 1 }]);
  },
  deadlineMs,
);

test(
  "Redis keeps what it acknowledged over a stop",
  async () => {
    const dataDir = tempDir();
    const first = await run(startRedis, { dataDir });
    const writer = new RedisClient(first.url, { autoReconnect: false });
    await writer.set("kept", "yes");
    writer.close();
    await first.stop();
    const second = await run(startRedis, { dataDir, port: first.port });
    const reader = new RedisClient(second.url, { autoReconnect: false });
    expect(await reader.get("kept")).toBe("yes");
    reader.close();
  },
  deadlineMs,
);

test(
  "NATS has JetStream and monitoring, and asks for syncing exactly where the server can",
  async () => {
    const dataDir = tempDir();
    const nats = await run(startNats, { dataDir, syncWrites: true });
    const { monitorUrl } = nats;
    // Read as text: `toMatchObject` of Bun 1.4.5 leaves its matchers in the object that it compared.
    const about = await (await fetch(`${monitorUrl}/varz`)).text();
    const [, major, minor] = /"version":\s*"(\d+)\.(\d+)\./.exec(about) ?? [];
    expect(minor).toMatch(/^\d+$/);
    expect(JSON.parse(about)).toMatchObject({ port: nats.port });
    const streams: unknown = await (await fetch(`${monitorUrl}/jsz`)).json();
    expect(streams).toMatchObject({ config: { store_dir: expect.stringContaining(dataDir) } });
    const canSync = Number(major) > 2 || Number(minor) >= 10;
    expect(readFileSync(join(dataDir, "nats.conf"), "utf8").includes("sync_interval: always")).toBe(canSync);
  },
  deadlineMs,
);

test.each([
  ["PostgreSQL", startPostgres],
  ["Redis", startRedis],
  ["NATS", startNats],
] as const)(
  "a taken port is named together with %s, which needs it",
  async (name, start) => {
    const port = freePort();
    const squatter = Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });
    cleanups.push(() => squatter.stop(true));
    await expect(start({ dataDir: tempDir(), port })).rejects.toThrow(
      `port ${port}, which ${name} needs, is taken by another program`,
    );
  },
  deadlineMs,
);

test(
  "a start that fails quotes the end of the server's own log",
  async () => {
    const dataDir = tempDir();
    const first = await run(startPostgres, { dataDir });
    await first.stop();
    rmSync(join(dataDir, "cluster", "global"), { recursive: true });
    const error: unknown = await startPostgres({ dataDir }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toMatch(/PostgreSQL .* ended while starting; the end of .*server\.log:\n {2}\| /);
    expect(String(error)).toContain("global");
  },
  deadlineMs,
);

test(
  "servers end, and temporary data go, when the process that started them is killed",
  async () => {
    const dataDir = join(tempDir(), "redis");
    const source = `
      import { startRedis } from ${JSON.stringify(join(import.meta.dir, "index.ts"))};
      const server = await startRedis({ dataDir: ${JSON.stringify(dataDir)}, removeDataDirWhenOrphaned: true });
      console.log(server.pid);
      setInterval(() => {}, 1_000);`;
    const parent = Bun.spawn([process.execPath, "-e", source], { stdout: "pipe" });
    const { value } = await parent.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(value));
    expect(processInfo(pid)?.commandLine).toContain("redis-server");
    parent.kill("SIGKILL");
    const deadline = performance.now() + 20_000;
    while ((processInfo(pid) !== null || existsSync(dataDir)) && performance.now() < deadline)
      await Bun.sleep(20);
    expect(processInfo(pid)).toBeNull();
    expect(existsSync(dataDir)).toBe(false);
  },
  deadlineMs,
);
