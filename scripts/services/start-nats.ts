import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runCommand } from "../process/run-command.ts";
import { cacheDir } from "./cache-dir.ts";
import { freePort, isPortFree, requireFreePort } from "./free-port.ts";
import { findServerProgram } from "./programs/find-server-program.ts";
import type { ProgramNames, ServerProgram } from "./programs/server-program.ts";
import type { RunningServer, ServerOptions } from "./server.ts";
import { startServer } from "./start-server.ts";

const names: ProgramNames = {
  title: "NATS",
  executables: ["nats-server"],
  homebrewFormulas: ["nats-server"],
  dockerImage: "nats:2-alpine",
};

export interface NatsServerOptions extends ServerOptions {
  /** The HTTP port of `/healthz`, `/varz` and `/jsz`; 0 or left out: a free one is found. */
  readonly monitorPort?: number | undefined;
}

export interface RunningNatsServer extends RunningServer {
  readonly monitorUrl: string;
}

/** Starts NATS with JetStream in `dataDir`, and its monitoring endpoint. See {@link ServerOptions}. */
export async function startNats(options: NatsServerOptions): Promise<RunningNatsServer> {
  requireFreePort(options.port, names.title);
  requireFreePort(options.monitorPort, "NATS monitoring");
  const program = await findServerProgram({ names, cacheDir, onProgress: options.onProgress });
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const syncAlways = options.syncWrites !== false && (await canSyncAlways(program, dataDir));
  let monitorPort = options.monitorPort || freePort();
  const command = (port: number) => {
    if (!options.monitorPort && !isPortFree(monitorPort)) monitorPort = freePort();
    const configFile = join(dataDir, "nats.conf");
    const { bindAddress } = program;
    writeFileSync(configFile, configText({ port, monitorPort, bindAddress, dataDir, syncAlways }));
    return program.command(["-c", configFile], { dataDir, ports: [port, monitorPort] });
  };
  const server = await startServer(
    {
      name: names.title,
      command,
      env: program.env,
      stopSignal: "SIGINT",
      isUp: () => isHealthy(monitorPort),
      url: (port) => `nats://127.0.0.1:${port}`,
      readyDeadlineMs: 30_000,
    },
    options,
  );
  return { ...server, monitorUrl: `http://127.0.0.1:${monitorPort}` };
}

interface NatsConfig {
  readonly port: number;
  readonly monitorPort: number;
  readonly bindAddress: string;
  readonly dataDir: string;
  readonly syncAlways: boolean;
}

function configText({ port, monitorPort, bindAddress, dataDir, syncAlways }: NatsConfig): string {
  // `max_file` is a limit that streams reserve against, not space taken.
  return [
    `listen: "${bindAddress}:${port}"`,
    `http: "${bindAddress}:${monitorPort}"`,
    "jetstream {",
    `  store_dir: ${JSON.stringify(join(dataDir, "store"))}`,
    "  max_mem: 256MB",
    "  max_file: 64GB",
    ...(syncAlways ? ["  sync_interval: always"] : []),
    "}",
    "",
  ].join("\n");
}

/**
 * By default an acknowledged message is synced to disk within two minutes: a power cut loses them. 2.10 and
 * later can sync before they acknowledge; Debian 12's 2.9 cannot and refuses the setting.
 */
async function canSyncAlways(program: ServerProgram, dataDir: string): Promise<boolean> {
  const command = program.command(["--version"], { dataDir, ports: [] });
  const { stdout } = await runCommand(command, {
    env: { ...process.env, ...program.env },
    deadlineMs: 30_000,
  });
  const [, major = "0", minor = "0"] = /v(\d+)\.(\d+)\./.exec(stdout) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 10);
}

async function isHealthy(monitorPort: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${monitorPort}/healthz`, {
      signal: AbortSignal.timeout(1_000),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
