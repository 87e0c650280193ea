import { type BlobStore, createBlobStore } from "./blob-store.ts";
import { createUploadStore, type UploadStore } from "./upload-store.ts";
import { createUrlSigner, type UrlSigner } from "./url-signer.ts";

/** The part of a configuration (`objectSettings` and `mediaSettings`) that names the media bucket. */
export interface MediaConfig {
  readonly s3Endpoint: string | undefined;
  readonly s3AccessKeyId: string;
  readonly s3SecretAccessKey: string;
  readonly s3Region: string;
  readonly s3MediaBucket: string;
  readonly s3PublicUrl: string | undefined;
}

/** The bucket that covers and recordings are in. */
export interface Media {
  /** For our own programs. */
  readonly blobs: BlobStore;
  /** Uploads in parts; the parts come from browsers. */
  readonly uploads: UploadStore;
  /** What browsers may do, by URL. */
  readonly urls: UrlSigner;
  close(): void;
}

/** Opens the media bucket, without asking anything of the store; undefined when there is none. Whoever opens it closes it. */
export function openMedia(config: MediaConfig): Media | undefined {
  if (config.s3Endpoint === undefined) return undefined;
  const options = {
    endpoint: config.s3Endpoint,
    accessKeyId: config.s3AccessKeyId,
    secretAccessKey: config.s3SecretAccessKey,
    region: config.s3Region,
    bucket: config.s3MediaBucket,
  };
  const blobs = createBlobStore(options);
  const uploads = createUploadStore(options);
  const urls = createUrlSigner({ ...options, endpoint: config.s3PublicUrl ?? config.s3Endpoint });
  return {
    blobs,
    uploads,
    urls,
    close() {
      blobs.close();
      uploads.close();
      urls.close();
    },
  };
}
