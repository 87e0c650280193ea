import type { mediaSettings } from "../config/common-settings.ts";
import type { ConfigOf } from "../config/define-config.ts";
import { type BlobStore, createBlobStore } from "./blob-store.ts";
import { type StoreConfig, storeAccess } from "./store-access.ts";
import { createUploadStore, type UploadStore } from "./upload-store.ts";
import { createUrlSigner, type UrlSigner } from "./url-signer.ts";

/** The part of a configuration (`objectSettings` and `mediaSettings`) that names the media bucket. */
type MediaConfig = StoreConfig & ConfigOf<typeof mediaSettings>;

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
  const access = storeAccess(config);
  if (access === undefined) return undefined;
  const options = { ...access, bucket: config.s3MediaBucket };
  const blobs = createBlobStore(options);
  const uploads = createUploadStore(options);
  const urls = createUrlSigner({ ...options, endpoint: config.s3PublicUrl ?? access.endpoint });
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
