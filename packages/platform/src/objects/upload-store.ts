import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { createS3Client, type S3Options } from "./s3-client.ts";

interface UploadStoreOptions extends S3Options {
  readonly bucket: string;
}

/** An upload in parts that has begun. */
export interface PartedUpload {
  readonly key: string;
  /** The store's name for it. */
  readonly uploadId: string;
}

/** A part that the store holds. */
export interface UploadedPart {
  readonly number: number;
  readonly bytes: number;
  /** The store's word for its content, quotes included; to be given back when the upload is completed. */
  readonly etag: string;
}

/**
 * What became of completing an upload. `gone`: there is no such upload (aborted, expired, or completed before).
 * `refused`: the parts are not what the store holds, or one that is not the last is smaller than 5 MiB.
 */
export type Completion = "completed" | "gone" | "refused";

/**
 * Uploads in parts (S3 multipart). The object is not there before the upload is completed, and whole from then on.
 * @throws S3ServiceException, or a network or abort error within 30 s, from every call.
 */
export interface UploadStore {
  begin(key: string, contentType: string): Promise<PartedUpload>;
  /** The parts so far, by number; undefined when there is no such upload (any more). */
  parts(upload: PartedUpload): Promise<readonly UploadedPart[] | undefined>;
  /** Puts a part there itself, in place of one with its number. */
  putPart(upload: PartedUpload, number: number, bytes: Uint8Array): Promise<UploadedPart>;
  complete(upload: PartedUpload, parts: readonly Omit<UploadedPart, "bytes">[]): Promise<Completion>;
  /** Throws all parts away; also when there is no such upload. */
  abort(upload: PartedUpload): Promise<void>;
  /** Uploads that have begun under a prefix and are neither complete nor aborted. */
  list(prefix: string): Promise<readonly PartedUpload[]>;
  close(): void;
}

const requestMs = 30_000;
const gone = (error: unknown) => error instanceof S3ServiceException && error.name === "NoSuchUpload";
const deadline = () => ({ abortSignal: AbortSignal.timeout(requestMs) });
const refusals = new Set(["InvalidPart", "InvalidPartOrder", "EntityTooSmall", "MalformedXML"]);

/** Whoever creates it closes it. */
export function createUploadStore({ bucket: Bucket, ...options }: UploadStoreOptions): UploadStore {
  const client = createS3Client(options);
  const target = { client, Bucket };

  return {
    async begin(Key, ContentType) {
      const command = new CreateMultipartUploadCommand({ Bucket, Key, ContentType });
      const { UploadId } = await client.send(command, deadline());
      if (UploadId === undefined) throw new Error("the store gave the upload no name");
      return { key: Key, uploadId: UploadId };
    },
    parts: (upload) => listParts(target, upload),
    async putPart({ key: Key, uploadId: UploadId }, number, bytes) {
      const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: number, Body: bytes });
      const { ETag } = await client.send(command, deadline());
      if (ETag === undefined) throw new Error("the store gave the part no name");
      return { number, bytes: bytes.length, etag: ETag };
    },
    async complete({ key: Key, uploadId: UploadId }, parts) {
      const Parts = parts.map(({ number: PartNumber, etag: ETag }) => ({ PartNumber, ETag }));
      const command = new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts },
      });
      try {
        await client.send(command, deadline());
        return "completed";
      } catch (error) {
        if (gone(error)) return "gone";
        if (error instanceof S3ServiceException && refusals.has(error.name)) return "refused";
        throw error;
      }
    },
    async abort({ key: Key, uploadId: UploadId }) {
      try {
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), deadline());
      } catch (error) {
        if (!gone(error)) throw error;
      }
    },
    list: (prefix) => listUploads(target, prefix),
    close: () => client.destroy(),
  };
}

interface Target {
  readonly client: S3Client;
  readonly Bucket: string;
}

async function listParts({ client, Bucket }: Target, { key: Key, uploadId: UploadId }: PartedUpload) {
  const parts: UploadedPart[] = [];
  let PartNumberMarker: string | undefined;
  try {
    do {
      const command = new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker });
      const page = await client.send(command, deadline());
      for (const { PartNumber, Size, ETag } of page.Parts ?? []) {
        if (PartNumber === undefined || Size === undefined || ETag === undefined) continue;
        parts.push({ number: PartNumber, bytes: Size, etag: ETag });
      }
      PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (PartNumberMarker !== undefined);
  } catch (error) {
    if (gone(error)) return undefined;
    throw error;
  }
  return parts;
}

async function listUploads({ client, Bucket }: Target, Prefix: string) {
  const uploads: PartedUpload[] = [];
  let next: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (next !== undefined) {
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({ Bucket, Prefix, ...next });
    const page = await client.send(command, deadline());
    for (const { Key, UploadId } of page.Uploads ?? []) {
      if (Key !== undefined && UploadId !== undefined) uploads.push({ key: Key, uploadId: UploadId });
    }
    next = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : undefined;
  }
  return uploads;
}
