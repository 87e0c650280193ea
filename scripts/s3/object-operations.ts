import { parseByteRange } from "./byte-range.ts";
import { checksumHeaders, checksumXml, createChecksum, createDigest } from "./checksum.ts";
import { checkReadConditions, checkWriteConditions } from "./conditions.ts";
import { streamRange } from "./file-range.ts";
import { isoTime, type ObjectMeta, objectHeaders, quoted } from "./object-meta.ts";
import type { OpenObject } from "./object-store.ts";
import { type Call, headerValue, type Operation, type Services, xmlResponse } from "./operation.ts";
import { receiveBody } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";
import type { Draft } from "./sealed-file.ts";

/** PutObject, CopyObject, GetObject, HeadObject and DeleteObject. */
export function createObjectOperations(services: Services) {
  const { objects } = services;
  return {
    put: (call) => putObject(services, call),
    copy: (call) => copyObject(services, call),

    get: ({ request }) => {
      const meta = objects.head(request.bucket, request.key);
      const found = describe(request, meta);
      if (found.status === 304) return found;
      // opened in the same tick as it was looked up, so headers and bytes are of one object
      const { path, fd } = objects.open(request.bucket, request.key);
      return { ...found, body: { path, fd, range: found.range } };
    },

    head: ({ request }) => describe(request, objects.head(request.bucket, request.key)),

    delete: ({ request }) => {
      objects.delete(request.bucket, request.key);
      return { status: 204 };
    },
  } satisfies Record<string, Operation>;
}

async function putObject({ buckets, objects, now, objectBytesMax }: Services, { request, signature }: Call) {
  buckets.require(request.bucket); // refused before the body is read
  const headers = objectHeaders(request);
  await using draft = await objects.draft();
  const { sizeBytes, md5, checksum } = await receiveBody({
    request,
    signature,
    sizeBytesMax: objectBytesMax,
    sink: draft.append,
  });
  const etag = md5.toString("hex");
  const meta = { key: request.key, sizeBytes, etag, modifiedAtMs: now(), headers, checksum };
  await draft.seal(meta);
  const check = (current: ObjectMeta | undefined) => checkWriteConditions(request.headers, current);
  objects.publish(draft, { bucket: request.bucket, meta, check });
  return { status: 200, headers: { etag: quoted(etag), ...checksumHeaders(checksum) } };
}

async function copyObject({ objects, now }: Services, { request }: Call) {
  const source = parseCopySource(request);
  const replace = request.headers.get("x-amz-metadata-directive") === "REPLACE";
  if (!replace && source.bucket === request.bucket && source.key === request.key) {
    throw new S3Error("InvalidRequest", "Copying an object onto itself must replace its metadata");
  }
  await using draft = await objects.draft();
  checkReadConditions(request.headers, objects.head(source.bucket, source.key), "x-amz-copy-source-");
  const opened = objects.open(source.bucket, source.key);
  const sums = await copyInto(draft, opened);
  const meta = {
    ...sums,
    key: request.key,
    sizeBytes: opened.meta.sizeBytes,
    modifiedAtMs: now(),
    headers: replace ? objectHeaders(request) : opened.meta.headers,
  };
  await draft.seal(meta);
  const check = (current: ObjectMeta | undefined) => checkWriteConditions(request.headers, current);
  objects.publish(draft, { bucket: request.bucket, meta, check });
  return xmlResponse("CopyObjectResult", {
    ETag: quoted(meta.etag),
    LastModified: isoTime(meta.modifiedAtMs),
    ...checksumXml(meta.checksum),
  });
}

/** The copy is one piece, whatever its source was: ETag and checksum are those of the bytes. */
async function copyInto(draft: Draft, { meta, path, fd }: OpenObject) {
  const md5 = createDigest("md5");
  const algorithm = meta.checksum?.algorithm;
  const sum = algorithm && createChecksum(algorithm);
  for await (const bytes of streamRange({ path, fd, range: { start: 0, end: meta.sizeBytes } })) {
    md5.update(bytes);
    sum?.update(bytes);
    await draft.append(bytes);
  }
  return {
    etag: md5.digest().toString("hex"),
    checksum:
      algorithm && sum
        ? { algorithm, value: sum.digest().toString("base64"), type: "FULL_OBJECT" as const }
        : undefined,
  };
}

function parseCopySource(request: S3Request): Readonly<{ bucket: string; key: string }> {
  const header = request.headers.get("x-amz-copy-source") ?? "";
  if (/\?versionId=/.test(header)) throw new S3Error("NotImplemented", "There are no versions");
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeSource(header)) ?? [];
  if (!bucket || !key) throw new S3Error("InvalidArgument", "The copy source is not valid");
  return { bucket, key };
}

function decodeSource(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    throw new S3Error("InvalidArgument", "The copy source is not valid");
  }
}

const OVERRIDES = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** Status, headers and range of a GET or HEAD. @throws S3Error `PreconditionFailed`, `InvalidRange` */
function describe(request: S3Request, meta: ObjectMeta) {
  const headers: Record<string, string> = {
    ...meta.headers,
    etag: quoted(meta.etag),
    "last-modified": new Date(meta.modifiedAtMs).toUTCString(),
    "accept-ranges": "bytes",
  };
  const whole = { start: 0, end: meta.sizeBytes };
  if (checkReadConditions(request.headers, meta) === "not-modified") {
    return { status: 304, headers, range: whole };
  }
  for (const name of OVERRIDES) {
    const value = request.query.get(`response-${name}`);
    if (value !== null) headers[name] = headerValue(value);
  }
  const range = parseByteRange(request.headers.get("range"), meta.sizeBytes);
  const { start, end } = range ?? whole;
  headers["content-length"] = String(end - start);
  if (range) headers["content-range"] = `bytes ${start}-${end - 1}/${meta.sizeBytes}`;
  // a checksum of the whole would not fit a part of it
  else if (request.headers.get("x-amz-checksum-mode")?.toUpperCase() === "ENABLED") {
    Object.assign(headers, checksumHeaders(meta.checksum));
  }
  return { status: range ? 206 : 200, headers, range: range ?? whole };
}
