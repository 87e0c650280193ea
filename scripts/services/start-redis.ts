import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { cacheDir } from "./cache-dir.ts";
import { requireFreePort } from "./free-port.ts";
import { probeTcp } from "./probe-tcp.ts";
import { findServerProgram } from "./programs/find-server-program.ts";
import type { ProgramNames } from "./programs/server-program.ts";
import type { RunningServer, ServerOptions } from "./server.ts";
import { startServer } from "./start-server.ts";

const names: ProgramNames = {
  title: "Redis",
  executables: ["redis-server", "valkey-server"],
  homebrewFormulas: ["valkey", "redis"],
  dockerImage: "valkey/valkey:8-alpine",
};

/** Starts Redis (or Valkey) with an append-only file in `dataDir`. See {@link ServerOptions}. */
export async function startRedis(options: ServerOptions): Promise<RunningServer> {
  requireFreePort(options.port, names.title);
  const program = await findServerProgram({ names, cacheDir, onProgress: options.onProgress });
  const store = resolve(options.dataDir, "store");
  mkdirSync(store, { recursive: true });
  const settings = (port: number) => ({
    port: String(port),
    bind: program.bindAddress,
    dir: store,
    save: "",
    appendonly: "yes",
    appendfsync: options.syncWrites === false ? "no" : "everysec",
    // Inside a container every client comes from "outside"; the port is published on our loopback alone.
    "protected-mode": program.bindAddress === "127.0.0.1" ? "yes" : "no",
  });
  const args = (port: number) =>
    Object.entries(settings(port)).flatMap(([name, value]) => [`--${name}`, value]);
  return startServer(
    {
      name: names.title,
      command: (port) => program.command(args(port), { dataDir: resolve(options.dataDir), ports: [port] }),
      env: program.env,
      stopSignal: "SIGTERM",
      isUp: (port) => probeTcp({ port, say: "PING\r\n", expect: /^\+PONG/ }),
      url: (port) => `redis://127.0.0.1:${port}`,
      readyDeadlineMs: 20_000,
    },
    options,
  );
}
