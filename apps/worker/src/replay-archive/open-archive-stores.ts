import {
  type BlobStore,
  createBlobStore,
  createObjectStore,
  type ObjectStore,
  type StoreConfig,
  storeAccess,
} from "@barrage/platform";

interface ArchiveStoreConfig extends StoreConfig {
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
  const access = storeAccess(config);
  if (access === undefined) return undefined;
  const options = { ...access, bucket: config.s3ArchiveBucket };
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
