import { createTempDir } from "./temp-dir.ts";

export interface TestS3 extends AsyncDisposable {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Nobody answers any more; what was stored stays. */
  readonly stop: () => Promise<void>;
  /** Answers again, at the same address. */
  readonly start: () => Promise<void>;
}

/** The development S3 server, inside this process, with an empty temporary store. */
export async function startTestS3(): Promise<TestS3> {
  // Loaded on use: most tests need no object store.
  const { startS3 } = await import("@barrage/scripts/s3");
  const dir = createTempDir("s3");
  const keys = { accessKeyId: "test", secretAccessKey: "test-secret" };
  let server = await startS3({ dataDir: dir.path, port: 0, ...keys });
  const { url, port } = server;
  return {
    url,
    ...keys,
    stop: () => server.stop(),
    async start() {
      server = await startS3({ dataDir: dir.path, port, ...keys });
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      dir[Symbol.dispose]();
    },
  };
}
