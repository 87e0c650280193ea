import { z } from "zod";
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumElement,
  checksumHeader,
  checksumXml,
  createChecksum,
  createDigest,
} from "./checksum.ts";
import { checkWriteConditions } from "./conditions.ts";
import type { RunningSum } from "./crc.ts";
import { streamRange } from "./file-range.ts";
import { type ObjectMeta, quoted } from "./object-meta.ts";
import { type Call, receiveXml, type S3Response, type Services, xmlResponse } from "./operation.ts";
import { S3Error } from "./s3-error.ts";
import { uriEncodePath } from "./s3-request.ts";
import type { Draft } from "./sealed-file.ts";
import type { PartMeta, Upload } from "./upload-store.ts";
import { fromXml } from "./xml.ts";

const PART_BYTES_MIN = 5 * 1024 * 1024;

const completeSchema = z.object({
  CompleteMultipartUpload: z.object({
    Part: z
      .array(
        // beside these two a checksum, under the name of its algorithm
        z.object({ PartNumber: z.string().regex(/^\d{1,5}$/), ETag: z.string() }).catchall(z.string()),
      )
      .min(1)
      .max(10_000),
  }),
});
type NamedPart = z.infer<typeof completeSchema>["CompleteMultipartUpload"]["Part"][number];

type CompleteCall = Call & Readonly<{ address: Readonly<{ bucket: string; key: string; id: string }> }>;

/**
 * CompleteMultipartUpload: checks the named parts, joins them, and publishes the object and ends the upload in one
 * step. Of two completions at once, or a completion and an abort, the second finds no upload.
 * @throws S3Error; the upload then stays as it was
 */
export async function completeUpload(services: Services, call: CompleteCall): Promise<S3Response> {
  const { objects, uploads, now } = services;
  const { request, address } = call;
  const upload = uploads.require(address);
  const named = fromXml(await receiveXml(call), completeSchema).CompleteMultipartUpload.Part;
  const parts = selectParts(upload, named);
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  requireSize(call, sizeBytes, services.objectBytesMax);

  await using draft = await objects.draft();
  const checksum = await joinParts(services, { draft, upload, parts });
  requireClaimedChecksum(call, checksum);
  const etag = joinedEtag(parts);
  const meta = { key: upload.key, sizeBytes, etag, modifiedAtMs: now(), headers: upload.headers, checksum };
  await draft.seal(meta);
  uploads.require(address); // it may have been aborted while its parts were joined
  const check = (current: ObjectMeta | undefined) => checkWriteConditions(request.headers, current);
  objects.publish(draft, { bucket: upload.bucket, meta, check });
  uploads.remove(address);
  return xmlResponse("CompleteMultipartUploadResult", {
    Location: `http://${request.headers.get("host") ?? ""}${uriEncodePath(request.path)}`,
    Bucket: upload.bucket,
    Key: upload.key,
    ETag: quoted(etag),
    ...checksumXml(checksum),
  });
}

/** The parts a completion names. @throws S3Error `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall` */
function selectParts(upload: Upload, named: readonly NamedPart[]): readonly PartMeta[] {
  let previous = 0;
  const parts = named.map((name) => {
    const number = Number(name.PartNumber);
    if (number <= previous) throw new S3Error("InvalidPartOrder");
    previous = number;
    const part = upload.parts.get(number);
    if (!part || !isNamed(part, name)) throw new S3Error("InvalidPart");
    return part;
  });
  if (parts.slice(0, -1).some((part) => part.sizeBytes < PART_BYTES_MIN)) throw new S3Error("EntityTooSmall");
  return parts;
}

function isNamed(part: PartMeta, name: NamedPart): boolean {
  const claimed = part.checksum && name[checksumElement(part.checksum.algorithm)];
  return (
    name.ETag.replaceAll('"', "") === part.etag && (claimed === undefined || claimed === part.checksum?.value)
  );
}

function requireSize({ request }: CompleteCall, sizeBytes: number, sizeBytesMax: number): void {
  if (sizeBytes > sizeBytesMax) throw new S3Error("EntityTooLarge");
  const claimed = request.headers.get("x-amz-mp-object-size");
  if (claimed !== undefined && Number(claimed) !== sizeBytes) {
    throw new S3Error("InvalidRequest", "The parts do not add up to x-amz-mp-object-size");
  }
}

function requireClaimedChecksum({ request }: CompleteCall, checksum: Checksum | undefined): void {
  const claimed = checksum && request.headers.get(checksumHeader(checksum.algorithm));
  if (claimed !== undefined && claimed !== checksum?.value) throw new S3Error("BadDigest");
}

type Joining = Readonly<{ draft: Draft; upload: Upload; parts: readonly PartMeta[] }>;

/** Streams the parts into the draft, and gives the checksum of the whole. */
async function joinParts(
  { uploads }: Services,
  { draft, upload, parts }: Joining,
): Promise<Checksum | undefined> {
  const full =
    upload.checksum?.type === "FULL_OBJECT" ? createChecksum(upload.checksum.algorithm) : undefined;
  for (const part of parts) {
    const file = uploads.openPart(upload, part);
    for await (const bytes of streamRange({ ...file, range: { start: 0, end: part.sizeBytes } })) {
      full?.update(bytes);
      await draft.append(bytes);
    }
  }
  if (!upload.checksum) return undefined;
  const value = full ? full.digest().toString("base64") : compositeChecksum(upload.checksum.algorithm, parts);
  return { ...upload.checksum, value };
}

function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly PartMeta[]): string {
  const sums = parts.map((part) => Buffer.from(part.checksum?.value ?? "", "base64"));
  return `${sumOver(createChecksum(algorithm), sums).toString("base64")}-${parts.length}`;
}

function joinedEtag(parts: readonly PartMeta[]): string {
  const sums = parts.map((part) => Buffer.from(part.etag, "hex"));
  return `${sumOver(createDigest("md5"), sums).toString("hex")}-${parts.length}`;
}

function sumOver(sum: RunningSum, pieces: readonly Uint8Array[]): Buffer {
  for (const piece of pieces) sum.update(piece);
  return sum.digest();
}
