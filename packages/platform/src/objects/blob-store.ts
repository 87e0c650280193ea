import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { createS3Client, type S3Options } from "./s3-client.ts";

interface BlobStoreOptions extends S3Options {
  readonly bucket: string;
}

/** A run of an object's bytes: from `start` up to, not including, `end`. */
export interface ByteRun {
  readonly start: number;
  readonly end: number;
}

/** What the store says about an object without handing it out. */
export interface BlobHead {
  readonly bytes: number;
  readonly contentType: string | undefined;
}

/**
 * Whole objects in one bucket of an S3-compatible store, for what our own programs write and read.
 * @throws S3ServiceException, or a network or abort error within 30 s, from every call.
 */
export interface BlobStore {
  /** Stores an object whole, over whatever was there: a reader sees the old one or the new one. */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Reads an object, or a run of it; undefined when there is none. */
  get(key: string, run?: ByteRun): Promise<Uint8Array | undefined>;
  /** What an object is; undefined when there is none. */
  head(key: string): Promise<BlobHead | undefined>;
  /** The keys that begin with `prefix`. */
  list(prefix: string): Promise<readonly string[]>;
  /** Removes an object; also when there is none. */
  delete(key: string): Promise<void>;
  /** Removes every object whose key begins with `prefix`. Stopped halfway, it has removed some: do it again. */
  deleteAll(prefix: string): Promise<void>;
  close(): void;
}

const requestMs = 30_000;
const deadline = () => ({ abortSignal: AbortSignal.timeout(requestMs) });
const isMissing = (error: unknown) =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;

/** Whoever creates it closes it. */
export function createBlobStore({ bucket: Bucket, ...options }: BlobStoreOptions): BlobStore {
  const client = createS3Client(options);
  async function remove(Key: string): Promise<void> {
    await client.send(new DeleteObjectCommand({ Bucket, Key }), deadline());
  }

  return {
    async put(Key, Body, ContentType) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }), deadline());
    },
    async get(Key, run) {
      const range = run === undefined ? {} : { Range: `bytes=${run.start}-${run.end - 1}` };
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...range }), deadline());
        return await Body?.transformToByteArray();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async head(Key) {
      try {
        const found = await client.send(new HeadObjectCommand({ Bucket, Key }), deadline());
        return { bytes: found.ContentLength ?? 0, contentType: found.ContentType };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    list: (prefix) => listKeys(client, Bucket, prefix),
    delete: remove,
    // One by one: several stores want a checksum with DeleteObjects that the SDK leaves out.
    async deleteAll(prefix) {
      for (const key of await listKeys(client, Bucket, prefix)) await remove(key);
    },
    close: () => client.destroy(),
  };
}

async function listKeys(client: S3Client, Bucket: string, Prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const request = { Bucket, Prefix, ...(ContinuationToken === undefined ? {} : { ContinuationToken }) };
    const page = await client.send(new ListObjectsV2Command(request), deadline());
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}
