import { keyEncoder } from "./bucket-operations.ts";
import { type Checksum, checksumAlgorithmSchema, checksumElement, checksumHeaders } from "./checksum.ts";
import { completeUpload } from "./complete-upload.ts";
import { compareKeys } from "./object-index.ts";
import { isoTime, objectHeaders, quoted } from "./object-meta.ts";
import { type Call, type Operation, type S3Response, type Services, xmlResponse } from "./operation.ts";
import { receiveBody } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";
import { queryInteger, type S3Request } from "./s3-request.ts";
import type { PartMeta, Upload, UploadInfo } from "./upload-store.ts";

const PART_NUMBER_MAX = 10_000;
const PAGE_MAX = 1000;

/** CreateMultipartUpload, UploadPart, ListParts, ListMultipartUploads, Complete- and AbortMultipartUpload. */
export function createMultipartOperations(services: Services) {
  const { buckets, uploads, now } = services;
  return {
    create: ({ request }) => {
      const { bucket, key } = request;
      buckets.require(bucket);
      const checksum = uploadChecksum(request);
      const headers = objectHeaders(request);
      const info = { bucket, key, initiatedAtMs: now(), headers, ...(checksum && { checksum }) };
      return xmlResponse(
        "InitiateMultipartUploadResult",
        { Bucket: bucket, Key: key, UploadId: uploads.create(info).id },
        checksum && {
          "x-amz-checksum-algorithm": checksum.algorithm,
          "x-amz-checksum-type": checksum.type,
        },
      );
    },

    uploadPart: (call) => uploadPart(services, call),
    listParts: ({ request }) => listParts(uploads.require(uploadAddress(request)), request),
    complete: (call) => completeUpload(services, { ...call, address: uploadAddress(call.request) }),

    abort: ({ request }) => {
      uploads.remove(uploadAddress(request));
      return { status: 204 };
    },

    listUploads: ({ request }) => {
      buckets.require(request.bucket);
      return listUploads(uploads.list(request.bucket), request);
    },
  } satisfies Record<string, Operation>;
}

const uploadAddress = ({ bucket, key, query }: S3Request) => ({
  bucket,
  key,
  id: query.get("uploadId") ?? "",
});

/** Which checksum the whole object will have. @throws S3Error `InvalidRequest` */
function uploadChecksum({ headers }: S3Request): UploadInfo["checksum"] {
  const name = headers.get("x-amz-checksum-algorithm");
  if (name === undefined) return undefined;
  const algorithm = checksumAlgorithmSchema.safeParse(name.toUpperCase()).data;
  const fallback = algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE";
  const type = headers.get("x-amz-checksum-type") ?? fallback;
  const known =
    (type === "COMPOSITE" && algorithm !== "CRC64NVME") ||
    (type === "FULL_OBJECT" && algorithm !== "SHA1" && algorithm !== "SHA256");
  if (!algorithm || !known)
    throw new S3Error("InvalidRequest", "This checksum type and algorithm do not go together");
  return { algorithm, type };
}

async function uploadPart({ objects, uploads, now, objectBytesMax }: Services, { request, signature }: Call) {
  const number = queryInteger(request.query, "partNumber", { min: 1, max: Infinity, fallback: 0 });
  if (number < 1 || number > PART_NUMBER_MAX) {
    throw new S3Error("InvalidArgument", "Part number must be between 1 and 10000");
  }
  const address = uploadAddress(request);
  const algorithm = uploads.require(address).checksum?.algorithm;
  await using draft = await objects.draft();
  const { sizeBytes, md5, checksum } = await receiveBody({
    request,
    signature,
    sizeBytesMax: objectBytesMax,
    sink: draft.append,
    ...(algorithm && { fallbackAlgorithm: algorithm }),
  });
  if (algorithm && checksum?.algorithm !== algorithm) {
    throw new S3Error("InvalidRequest", `The upload was created for ${algorithm} checksums`);
  }
  const etag = md5.toString("hex");
  const meta = { number, sizeBytes, etag, modifiedAtMs: now(), checksum };
  await draft.seal(meta);
  uploads.publishPart(address, draft, meta);
  return { status: 200, headers: { etag: quoted(etag), ...partChecksumHeader(checksum) } };
}

function partChecksumHeader(checksum: Checksum | undefined): Record<string, string> {
  const { "x-amz-checksum-type": _type, ...header } = checksumHeaders(checksum);
  return header;
}

function listParts(upload: Upload, { query }: S3Request): S3Response {
  const maxParts = queryInteger(query, "max-parts", { min: 1, max: PAGE_MAX, fallback: PAGE_MAX });
  const marker = queryInteger(query, "part-number-marker", { min: 0, max: PART_NUMBER_MAX, fallback: 0 });
  const encode = keyEncoder(query);
  const rest = [...upload.parts.values()]
    .filter((part) => part.number > marker)
    .toSorted((a, b) => a.number - b.number);
  const page = rest.slice(0, maxParts);
  const isTruncated = rest.length > page.length;
  return xmlResponse("ListPartsResult", {
    Bucket: upload.bucket,
    Key: encode(upload.key),
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: isTruncated ? page.at(-1)?.number : undefined,
    MaxParts: maxParts,
    IsTruncated: isTruncated,
    StorageClass: "STANDARD",
    ChecksumAlgorithm: upload.checksum?.algorithm,
    ChecksumType: upload.checksum?.type,
    Part: page.map(partXml),
  });
}

const partXml = ({ number, modifiedAtMs, etag, sizeBytes, checksum }: PartMeta) => ({
  PartNumber: number,
  LastModified: isoTime(modifiedAtMs),
  ETag: quoted(etag),
  Size: sizeBytes,
  ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value }),
});

function listUploads(uploads: readonly Upload[], { bucket, query }: S3Request): S3Response {
  if (query.get("delimiter")) throw new S3Error("NotImplemented", "Uploads are listed without a delimiter");
  const prefix = query.get("prefix") ?? "";
  const maxUploads = queryInteger(query, "max-uploads", { min: 1, max: PAGE_MAX, fallback: PAGE_MAX });
  const after = { key: query.get("key-marker") ?? "", id: query.get("upload-id-marker") ?? "" };
  const encode = keyEncoder(query);
  const rest = uploads
    .filter((upload) => upload.key.startsWith(prefix) && isPast(upload, after))
    .toSorted((a, b) => compareKeys(a.key, b.key) || compareKeys(a.id, b.id));
  const page = rest.slice(0, maxUploads);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  return xmlResponse("ListMultipartUploadsResult", {
    Bucket: bucket,
    Prefix: encode(prefix),
    KeyMarker: encode(after.key),
    UploadIdMarker: after.id,
    NextKeyMarker: last && encode(last.key),
    NextUploadIdMarker: last?.id,
    EncodingType: query.get("encoding-type") ?? undefined,
    MaxUploads: maxUploads,
    IsTruncated: last !== undefined,
    Upload: page.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.id,
      Initiated: isoTime(upload.initiatedAtMs),
      StorageClass: "STANDARD",
    })),
  });
}

/** Without an id marker a key marker passes by all uploads of its key; with one, those up to it. */
function isPast(upload: Upload, after: Readonly<{ key: string; id: string }>): boolean {
  if (after.key === "") return true;
  const order = compareKeys(upload.key, after.key);
  return order > 0 || (order === 0 && after.id !== "" && compareKeys(upload.id, after.id) > 0);
}
