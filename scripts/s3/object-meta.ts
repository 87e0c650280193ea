import { z } from "zod";
import { checksumSchema } from "./checksum.ts";
import { splitNames } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";

/** Everything known about an object but its bytes; stored in its file's seal. */
export const objectMetaSchema = z.object({
  key: z.string(),
  sizeBytes: z.number(),
  /** Without quotes: MD5 in hex, or MD5 of the parts' MD5s and `-<parts>`. */
  etag: z.string(),
  modifiedAtMs: z.number(),
  /** Given back on GET and HEAD: content-type and its like, and `x-amz-meta-*`. */
  headers: z.record(z.string(), z.string()),
  checksum: checksumSchema.optional(),
});
export type ObjectMeta = z.infer<typeof objectMetaSchema>;

const KEPT_HEADERS = new Set([
  "cache-control",
  "content-disposition",
  "content-language",
  "content-type",
  "expires",
]);
const USER_METADATA_BYTES_MAX = 2048;

/** The headers of an upload that belong to the object. @throws S3Error `MetadataTooLarge` */
export function objectHeaders({ headers }: S3Request): Record<string, string> {
  const kept: Record<string, string> = { "content-type": "application/octet-stream" };
  let userBytes = 0;
  for (const [name, value] of headers) {
    if (name.startsWith("x-amz-meta-")) userBytes += name.length - "x-amz-meta-".length + value.length;
    else if (!KEPT_HEADERS.has(name)) continue;
    kept[name] = value;
  }
  if (userBytes > USER_METADATA_BYTES_MAX) throw new S3Error("MetadataTooLarge");
  // aws-chunked is how the body travelled, not how the object is encoded
  const encodings = splitNames(headers.get("content-encoding")).filter((name) => name !== "aws-chunked");
  if (encodings.length > 0) kept["content-encoding"] = encodings.join(",");
  return kept;
}

export const quoted = (etag: string) => `"${etag}"`;
export const isoTime = (ms: number) => new Date(ms).toISOString();
