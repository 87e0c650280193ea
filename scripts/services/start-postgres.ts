import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { processInfo } from "../process/process-info.ts";
import { runOrThrow } from "../process/run-command.ts";
import { requireFreePort } from "./free-port.ts";
import { type PostgresIdentity, postgresIdentity } from "./postgres-identity.ts";
import { postgresProgramDir } from "./postgres-program.ts";
import { probeTcp } from "./probe-tcp.ts";
import type { RunningServer, ServerOptions } from "./server.ts";
import { startServer } from "./start-server.ts";

const superuser = "barrage";
// The protocol's SSLRequest (length 8, code 80877103): answered with one byte, without a login, once it listens.
const sslRequest = new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Starts PostgreSQL from npm, creating the cluster on the first run. The URL names the superuser and the
 * database `postgres`; connections from this machine are trusted. See {@link ServerOptions}.
 */
export async function startPostgres(options: ServerOptions): Promise<RunningServer> {
  requireFreePort(options.port, "PostgreSQL");
  const programDir = postgresProgramDir();
  const identity = postgresIdentity();
  const dataDir = resolve(options.dataDir);
  const cluster = join(dataDir, "cluster");
  mkdirSync(dataDir, { recursive: true });
  await createCluster({ programDir, identity, cluster, options });
  await dropStalePidFile(cluster);
  const fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=", // a socket's path may be at most 107 bytes long: TCP alone has no such trap
    "max_connections=200",
    "shared_buffers=64MB",
    ...(options.syncWrites === false ? fast : []),
  ];
  const command = (port: number) => [
    ...identity.prefix,
    join(programDir, "postgres"),
    `-D${cluster}`,
    `-p${port}`,
    ...settings.map((setting) => `-c${setting}`),
  ];
  return startServer(
    {
      name: "PostgreSQL",
      command,
      env: { LC_ALL: "C", TZ: "UTC" },
      stopSignal: "SIGINT", // "fast": ends the clients' sessions; SIGTERM would wait for them
      isUp: async (port) => isReady(cluster) && (await probeTcp({ port, say: sslRequest, expect: /^[SN]/ })),
      url: (port) => `postgres://${superuser}@127.0.0.1:${port}/postgres`,
      readyDeadlineMs: 60_000, // a crash is recovered from before the first answer
      passing: /pre-existing shared memory block .* is still in use/,
    },
    options,
  );
}

interface ClusterOptions {
  readonly programDir: string;
  readonly identity: PostgresIdentity;
  readonly cluster: string;
  readonly options: ServerOptions;
}

async function createCluster({ programDir, identity, cluster, options }: ClusterOptions): Promise<void> {
  const versionFile = join(cluster, "PG_VERSION");
  if (existsSync(versionFile)) return checkVersion(programDir, readFileSync(versionFile, "utf8").trim());
  options.onProgress?.("creating the PostgreSQL cluster");
  // Made beside its place and renamed: an interrupted initdb is never taken for a cluster.
  const fresh = `${cluster}.new`;
  for (const leftover of [fresh, cluster]) rmSync(leftover, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  chmodSync(fresh, 0o700);
  identity.own(fresh);
  const flags = [
    "-U",
    superuser,
    "--auth=trust",
    "--no-sync",
    "--no-instructions",
    "-E",
    "UTF8",
    "--locale=C",
  ];
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const removeDir = options.removeDataDirWhenOrphaned ? options.dataDir : undefined;
  const initdb = [...identity.prefix, join(programDir, "initdb"), "-D", fresh, ...flags];
  await runOrThrow(initdb, { env, deadlineMs: 120_000, removeDir });
  renameSync(fresh, cluster);
}

async function checkVersion(programDir: string, clusterMajor: string): Promise<void> {
  const said = await runOrThrow([join(programDir, "postgres"), "--version"], { deadlineMs: 10_000 });
  const programMajor = /(\d+)/.exec(said)?.[1];
  if (programMajor === clusterMajor) return;
  throw new Error(
    `the data is PostgreSQL ${clusterMajor}'s and the program is ${programMajor}: empty it with "bun run dev:reset"`,
  );
}

/**
 * A server that was killed leaves its pid file. PostgreSQL refuses to start while *any* process has that pid,
 * even a zombie or, in a container that counts from 1 again, a stranger. A live server of this cluster (our
 * predecessor, stopping) gets a moment to end.
 */
async function dropStalePidFile(cluster: string): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  for (let tries = 0; existsSync(file); tries++) {
    const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
    const owner = processInfo(pid);
    if (!owner?.commandLine.includes(cluster)) return rmSync(file, { force: true });
    if (tries >= 50) throw new Error(`another PostgreSQL (process ${pid}) is using ${cluster}`);
    await Bun.sleep(100);
  }
}

/** The server's own word in its pid file; a stranger on the same port can't forge it. */
function isReady(cluster: string): boolean {
  try {
    return /^ready\s*$/m.test(readFileSync(join(cluster, "postmaster.pid"), "utf8"));
  } catch {
    return false;
  }
}
