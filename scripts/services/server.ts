import type { ChildExit } from "../process/spawn-child.ts";

export interface ServerOptions {
  /** Kept between runs; holds the server's data and its `server.log`. Created when missing. */
  readonly dataDir: string;
  /** On 127.0.0.1; 0 or left out: a free one is found. */
  readonly port?: number | undefined;
  /**
   * Wait for the disk before an acknowledgement, as in production (the default). Tests switch it off: they
   * never cut the power, and syncing makes them several times slower.
   */
  readonly syncWrites?: boolean | undefined;
  /** The data directory is a temporary one: it is removed too when we are killed and can't do it ourselves. */
  readonly removeDataDirWhenOrphaned?: boolean | undefined;
  /** Hears of steps that take long, such as a download. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** A server running as our child. Whoever started it stops it; it cannot outlive the process in any case. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the server has ended, asked or not. */
  readonly exited: Promise<ChildExit>;
  /** Stops in good order (SIGKILL after 10 s). Idempotent. */
  readonly stop: () => Promise<void>;
  /** SIGKILL, as a power cut would; resolves when it is gone. */
  readonly kill: () => Promise<void>;
}
