import { fileURLToPath } from "node:url";
import { spawnChild } from "@barrage/scripts/process";

/** The development S3 server in a process of its own, so that its work is nobody else's. */
export interface S3Process {
  readonly url: string;
  readonly pid: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const readyMs = 15_000;
const program = fileURLToPath(import.meta.resolve("@barrage/scripts/s3-server"));

/** Starts it on an empty folder. @throws Error when it is not ready in time */
export async function startS3Process(dataDir: string): Promise<S3Process> {
  const keys = { accessKeyId: "bench", secretAccessKey: "bench-secret" };
  const ready = Promise.withResolvers<string>();
  const timer = setTimeout(() => ready.reject(new Error("the object store is not ready in time")), readyMs);
  const child = spawnChild({
    command: [
      process.execPath,
      program,
      `--data=${dataDir}`,
      "--port=0",
      `--access-key-id=${keys.accessKeyId}`,
      `--secret-access-key=${keys.secretAccessKey}`,
    ],
    stopSignal: "SIGTERM",
    onLine: (line) => {
      const url = /S3 for development on (\S+?),/.exec(line)?.[1];
      if (url !== undefined) ready.resolve(url);
    },
  });
  const stop = async () => {
    await child.stop();
  };
  try {
    return { url: await ready.promise, pid: child.pid, ...keys, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
