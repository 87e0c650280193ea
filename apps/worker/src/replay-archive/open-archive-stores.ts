import { type BlobStore, createBlobStore, createObjectStore, type ObjectStore } from "@barrage/platform";

interface ArchiveStoreConfig {
  readonly s3Endpoint: string | undefined;
  readonly s3AccessKeyId: string;
  readonly s3SecretAccessKey: string;
  readonly s3Region: string;
  readonly s3ArchiveBucket: string;
}

/** The bucket that sessions are archived in. */
export interface ArchiveStores {
  readonly bucket: ObjectStore;
  readonly blobs: BlobStore;
  close(): void;
}

/** Opens the archive's bucket; undefined when there is no object store. Whoever opens it closes it. */
export function openArchiveStores(config: ArchiveStoreConfig): ArchiveStores | undefined {
  if (config.s3Endpoint === undefined) return undefined;
  const options = {
    endpoint: config.s3Endpoint,
    accessKeyId: config.s3AccessKeyId,
    secretAccessKey: config.s3SecretAccessKey,
    region: config.s3Region,
    bucket: config.s3ArchiveBucket,
  };
  const [bucket, blobs] = [createObjectStore(options), createBlobStore(options)];
  return {
    bucket,
    blobs,
    close() {
      bucket.close();
      blobs.close();
    },
  };
}
