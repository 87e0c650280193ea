import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningServer, ServerOptions } from "@barrage/scripts/services";

/** A real server of one test alone, which the test may also take down and bring back. */
export interface TestServer<Server extends RunningServer = RunningServer> extends AsyncDisposable {
  /** Stays the same over restarts. */
  readonly url: string;
  readonly port: number;
  readonly server: () => Server;
  /** Stops it in good order; its data stay. */
  readonly stop: () => Promise<void>;
  /** SIGKILL; its data stay as they were on disk. */
  readonly kill: () => Promise<void>;
  /** SIGKILL, and its data are gone. */
  readonly lose: () => Promise<void>;
  /** Brings it back on the same port with the data that are there. */
  readonly start: () => Promise<void>;
}

/** Starts a server on a free port with data of its own, removed when the test ends, even by SIGKILL. */
export async function startTestServer<Server extends RunningServer>(
  label: string,
  start: (options: ServerOptions) => Promise<Server>,
): Promise<TestServer<Server>> {
  const dataDir = mkdtempSync(join(tmpdir(), `barrage-test-${label}-`));
  const options = { dataDir, syncWrites: false, removeDataDirWhenOrphaned: true };
  let running = await start(options);
  const { url, port } = running;
  return {
    url,
    port,
    server: () => running,
    stop: () => running.stop(),
    kill: () => running.kill(),
    lose: async () => {
      await running.kill();
      rmSync(dataDir, { recursive: true, force: true });
      mkdirSync(dataDir);
    },
    start: async () => {
      await running.stop();
      running = await start({ ...options, port });
    },
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
