import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnChild } from "@barrage/scripts/process";
import {
  cacheDir,
  findOnPath,
  freePort,
  hasDebianPackages,
  unpackDebianPackages,
} from "@barrage/scripts/services";
import { type Contestant, neverSkips } from "./contestant.ts";

const packages = ["nginx", "libnginx-mod-nchan"];
const readyMsMax = 10_000;

/** nchan, a module of nginx: the distribution's own build, fetched into our cache and never installed. */
export const nchan: Contestant = {
  name: "nchan",
  async start({ context, stack }) {
    if (!hasDebianPackages())
      throw new Error("nchan comes from Debian's or Ubuntu's packages, which are not here");
    const { root, env } = await unpackDebianPackages({ packages, cacheDir, onProgress: context.progress });
    const dir = mkdtempSync(join(tmpdir(), "barrage-nchan-"));
    stack.defer(() => rmSync(dir, { recursive: true, force: true }));
    const port = freePort();
    const configFile = join(dir, "nginx.conf");
    writeFileSync(configFile, configText(join(root, "usr/lib/nginx/modules/ngx_nchan_module.so"), port));
    mkdirSync(join(dir, "temp"));
    const folders = ["-p", dir, "-c", configFile, "-e", join(dir, "error.log")];
    const child = spawnChild({
      command: [...inPrivateVarLib(), join(root, "usr/sbin/nginx"), ...folders],
      env: { ...process.env, ...env },
      stopSignal: "SIGTERM",
      logFile: join(dir, "output.log"),
      removeDir: dir,
    });
    stack.defer(async () => {
      await child.stop({ deadlineMs: 2_000 });
    });
    await untilUp({ port, dir, hasEnded: () => child.exit() !== null });
    const pids = [child.pid, ...childrenOf(child.pid)];
    return {
      protocol: "sse",
      port,
      path: "/events",
      publish: `http:${port}:/publish`,
      pids,
      skipped: neverSkips,
    };
  },
};

/**
 * As soon as Debian's nchan is loaded, nginx makes its compiled-in folder below /var/lib, whatever the configuration
 * says. It gets one of its own, that nobody else sees and that is gone with it.
 */
function inPrivateVarLib(): string[] {
  const unshare = findOnPath(["unshare"]);
  if (unshare === null)
    throw new Error("nchan needs `unshare` (package util-linux) to run without being installed");
  const asWhoWeAre = isRoot() ? [] : ["--map-current-user", "--keep-caps"];
  const script = 'mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/nginx && exec "$@"';
  return [unshare, "--mount", ...asWhoWeAre, "/bin/sh", "-c", script, "nginx"];
}

const isRoot = () => process.getuid?.() === 0;

function configText(module: string, port: number): string {
  const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
load_module ${module};
daemon off;
${isRoot() ? "user root;" : ""}
worker_processes 1;
worker_rlimit_nofile 20000;
pid nginx.pid;
events { worker_connections 19000; multi_accept on; }
http {
  access_log off;
  tcp_nodelay on;
  keepalive_requests 100000000;
  ${temps.map((name) => `${name}_temp_path temp/${name};`).join("\n  ")}
  nchan_shared_memory_size 512M;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /events {
      nchan_subscriber eventsource;
      nchan_channel_id room;
      nchan_subscriber_first_message newest;
    }
    location = /publish {
      nchan_publisher http;
      nchan_channel_id room;
      nchan_message_buffer_length 1000;
      nchan_message_timeout 60s;
      client_body_buffer_size 64k;
    }
  }
}
`;
}

interface UntilUpOptions {
  readonly port: number;
  readonly dir: string;
  readonly hasEnded: () => boolean;
}

async function untilUp({ port, dir, hasEnded }: UntilUpOptions): Promise<void> {
  const deadline = performance.now() + readyMsMax;
  while (performance.now() < deadline && !hasEnded()) {
    try {
      await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1_000) });
      return;
    } catch {
      await Bun.sleep(20);
    }
  }
  const logs = [join(dir, "error.log"), join(dir, "output.log")].filter(existsSync);
  throw new Error(`nginx did not get ready: ${logs.map((file) => readFileSync(file, "utf8")).join("\n")}`);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}
