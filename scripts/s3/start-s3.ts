import { join } from "node:path";
import { createBucketStore } from "./bucket-store.ts";
import { createObjectStore } from "./object-store.ts";
import { createS3Server } from "./s3-server.ts";
import { createUploadStore } from "./upload-store.ts";

export type S3Options = Readonly<{
  /** Folder of its own; made when missing. One server at a time may use it. */
  dataDir: string;
  /** 0 takes any free port. */
  port: number;
  accessKeyId: string;
  secretAccessKey: string;
  /** Largest object or part; S3's own limit unless given. */
  objectBytesMax?: number;
  /** Milliseconds since the epoch; the system's clock unless given. */
  now?: () => number;
}>;

export type RunningS3 = Readonly<{ url: string; port: number; stop(): Promise<void> }>;

const GIB = 1024 ** 3;

/**
 * Starts the S3-compatible server for development and tests, on the loopback interface, path-style only. Never for
 * production: nothing is synced to disk, there is one set of credentials, and the listing lives in memory.
 *
 * What a request wrote is readable when it is answered, and stays over a restart. The caller stops it: requests in
 * flight may finish first.
 * @throws when the port is taken or the folder can't be written
 */
export async function startS3(options: S3Options): Promise<RunningS3> {
  const { dataDir, port, accessKeyId, secretAccessKey } = options;
  const now = options.now ?? Date.now;
  const buckets = createBucketStore({ dir: join(dataDir, "buckets"), now });
  const server = await createS3Server({
    buckets,
    objects: createObjectStore({ buckets, tmpDir: join(dataDir, "tmp") }),
    uploads: createUploadStore({ dir: join(dataDir, "uploads") }),
    now,
    objectBytesMax: options.objectBytesMax ?? 5 * GIB,
    credentials: { accessKeyId, secretAccessKey },
    port,
  });
  return { url: `http://127.0.0.1:${server.port}`, port: server.port, stop: server.stop };
}
