import { type BlobStore, createBlobStore, storeAccess } from "@barrage/platform";
import type { RealtimeConfig } from "../config.ts";

/** Opens the bucket that sessions are archived in; undefined when there is none. Whoever opens it closes it. */
export function openArchive(config: RealtimeConfig): BlobStore | undefined {
  const access = storeAccess(config);
  return access && createBlobStore({ ...access, bucket: config.s3ArchiveBucket });
}
