import type { BucketStore } from "./bucket-store.ts";
import type { FileRange } from "./file-range.ts";
import type { ObjectStore } from "./object-store.ts";
import { receiveText } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";
import type { VerifiedSignature } from "./sig-v4.ts";
import type { UploadStore } from "./upload-store.ts";
import { toXml, type XmlNode } from "./xml.ts";

/** What the operations share; one per server. */
export type Services = Readonly<{
  buckets: BucketStore;
  objects: ObjectStore;
  uploads: UploadStore;
  now: () => number;
  objectBytesMax: number;
}>;

/** One verified request. */
export type Call = Readonly<{ request: S3Request; signature: VerifiedSignature }>;

export type S3Response = Readonly<{
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** A file's bytes are streamed with `streamRange`, which also closes it. */
  body?: string | FileRange;
}>;

export type Operation = (call: Call) => S3Response | Promise<S3Response>;

/** Room for 1,000 escaped keys to delete, or 10,000 parts with checksums. */
const XML_BYTES_MAX = 4 * 1024 * 1024;

/** The XML document a request carries, checked like any other body. @throws S3Error */
export const receiveXml = (call: Call) => receiveText({ ...call, sizeBytesMax: XML_BYTES_MAX });

export const xmlResponse = (
  root: string,
  children: XmlNode,
  headers: Readonly<Record<string, string>> = {},
): S3Response => ({
  status: 200,
  headers: { "content-type": "application/xml", ...headers },
  body: toXml(root, children),
});

/** Text from a query as a header value: UTF-8 bytes, one character each. @throws S3Error when it could split headers */
export function headerValue(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what has to be refused
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new S3Error("InvalidArgument");
  return Buffer.from(text).toString("latin1");
}
