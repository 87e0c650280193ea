import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Bucket, BucketStore } from "./bucket-store.ts";
import type { ObjectMeta } from "./object-meta.ts";
import { S3Error } from "./s3-error.ts";
import { createDraft, type Draft } from "./sealed-file.ts";

/** An object opened for reading: a snapshot, whatever is written or deleted meanwhile. Whoever opens closes `fd`. */
export type OpenObject = Readonly<{ meta: ObjectMeta; path: string; fd: number }>;

export type ObjectStore = Readonly<{
  draft(): Promise<Draft>;
  /**
   * Publishes a sealed draft under its key, in place of what was there. One synchronous step: `check` sees the very
   * object that is replaced, concurrent writers follow one another, and the last one stands, data and metadata.
   * @throws S3Error `NoSuchBucket`, or what `check` throws; nothing has changed then
   */
  publish(
    draft: Draft,
    target: Readonly<{ bucket: string; meta: ObjectMeta; check: (current: ObjectMeta | undefined) => void }>,
  ): void;
  /** @throws S3Error `NoSuchBucket`, `NoSuchKey` */
  head(bucket: string, key: string): ObjectMeta;
  /** @throws S3Error `NoSuchBucket`, `NoSuchKey` */
  open(bucket: string, key: string): OpenObject;
  /** Deleting what isn't there is no error. @throws S3Error `NoSuchBucket` */
  delete(bucket: string, key: string): void;
}>;

/** Objects as sealed files in their bucket's folder. Unfinished ones live in `tmpDir`, which is emptied here. */
export function createObjectStore(deps: Readonly<{ buckets: BucketStore; tmpDir: string }>): ObjectStore {
  rmSync(deps.tmpDir, { recursive: true, force: true });
  mkdirSync(deps.tmpDir, { recursive: true });

  const head = (bucket: string, key: string) => {
    const meta = deps.buckets.require(bucket).index.get(key);
    if (!meta) throw new S3Error("NoSuchKey");
    return meta;
  };
  return {
    draft: () => createDraft(join(deps.tmpDir, randomUUID())),
    publish(draft, { bucket: name, meta, check }) {
      const bucket = deps.buckets.require(name);
      check(bucket.index.get(meta.key));
      renameSync(draft.path, objectPath(bucket, meta.key));
      draft.published();
      bucket.index.set(meta);
    },
    head,
    open(bucket, key) {
      const meta = head(bucket, key);
      const path = objectPath(deps.buckets.require(bucket), key);
      return { meta, path, fd: openSync(path, "r") };
    },
    delete(name, key) {
      const bucket = deps.buckets.require(name);
      rmSync(objectPath(bucket, key), { force: true });
      bucket.index.delete(key);
    },
  };
}

/**
 * A key is arbitrary text, its file name a hash of it: no way out of the folder, no clash of `a` with `a/b`, of `A`
 * with `a` or of two Unicode forms where the file system folds them, no name too long.
 */
const objectPath = (bucket: Bucket, key: string) =>
  join(bucket.dir, "objects", createHash("sha256").update(key).digest("hex"));
