import { GetObjectCommand, PutObjectCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createS3Client, type S3Options } from "./s3-client.ts";
import type { PartedUpload } from "./upload-store.ts";

interface UrlSignerOptions extends S3Options {
  /** Where browsers reach the store: the host is part of what is signed. No path. */
  readonly endpoint: string;
  readonly bucket: string;
}

/** What the browser is told with an object, whatever was said when it was stored. */
export interface DownloadHeaders {
  readonly contentType?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly cacheControl?: string | undefined;
}

/**
 * Addresses under which somebody without keys may do one thing with one object, for a time (AWS Signature Version 4,
 * in the query). Signing is arithmetic: nothing is asked of the store, so a URL may lead to an object that is not there.
 */
export interface UrlSigner {
  /** For a PUT of exactly this type and length; the store refuses any other with 403. */
  uploadUrl(
    key: string,
    body: { readonly contentType: string; readonly bytes: number },
    lifeMs: number,
  ): Promise<string>;
  /** For a PUT of one part, of exactly this length. Repeating it replaces the part. */
  partUrl(
    upload: PartedUpload,
    part: { readonly number: number; readonly bytes: number },
    lifeMs: number,
  ): Promise<string>;
  /** For GET, with Range if the browser likes. */
  downloadUrl(key: string, headers: DownloadHeaders, lifeMs: number): Promise<string>;
  close(): void;
}

const seconds = (ms: number) => Math.max(1, Math.floor(ms / 1_000));

/** Whoever creates it closes it. */
export function createUrlSigner({ bucket: Bucket, ...options }: UrlSignerOptions): UrlSigner {
  const client = createS3Client(options);
  return {
    uploadUrl(Key, { contentType: ContentType, bytes: ContentLength }, lifeMs) {
      return getSignedUrl(client, new PutObjectCommand({ Bucket, Key, ContentType, ContentLength }), {
        expiresIn: seconds(lifeMs),
        // Left to itself, the signer covers neither: any type and any length would pass.
        signableHeaders: new Set(["content-type", "content-length"]),
      });
    },
    partUrl({ key: Key, uploadId: UploadId }, { number: PartNumber, bytes: ContentLength }, lifeMs) {
      const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, ContentLength });
      return getSignedUrl(client, command, {
        expiresIn: seconds(lifeMs),
        signableHeaders: new Set(["content-length"]),
      });
    },
    downloadUrl(Key, headers, lifeMs) {
      const command = new GetObjectCommand({
        Bucket,
        Key,
        ResponseContentType: headers.contentType,
        ResponseContentDisposition: headers.contentDisposition,
        ResponseCacheControl: headers.cacheControl,
      });
      return getSignedUrl(client, command, { expiresIn: seconds(lifeMs) });
    },
    close: () => client.destroy(),
  };
}
