import { type BlobStore, createBlobStore } from "@barrage/platform";
import type { RealtimeConfig } from "../config.ts";

/** Opens the bucket that sessions are archived in; undefined when there is none. Whoever opens it closes it. */
export function openArchive(config: RealtimeConfig): BlobStore | undefined {
  if (config.s3Endpoint === undefined) return undefined;
  return createBlobStore({
    endpoint: config.s3Endpoint,
    accessKeyId: config.s3AccessKeyId,
    secretAccessKey: config.s3SecretAccessKey,
    region: config.s3Region,
    bucket: config.s3ArchiveBucket,
  });
}
