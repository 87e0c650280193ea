import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type CorsRule, corsRuleSchema } from "./cors.ts";
import { createObjectIndex, type ObjectIndex } from "./object-index.ts";
import { objectMetaSchema } from "./object-meta.ts";
import { S3Error } from "./s3-error.ts";
import { readSeal } from "./sealed-file.ts";

const bucketConfigSchema = z.object({
  createdAtMs: z.number(),
  cors: z.array(corsRuleSchema).readonly().optional(),
});
export type BucketConfig = Readonly<z.infer<typeof bucketConfigSchema>>;

export type Bucket = Readonly<{ name: string; dir: string; index: ObjectIndex; config: BucketConfig }>;

export type BucketStore = Readonly<{
  create(name: string): void;
  find(name: string): Bucket | undefined;
  /** @throws S3Error `NoSuchBucket` */
  require(name: string): Bucket;
  list(): readonly Bucket[];
  setCors(name: string, rules: readonly CorsRule[] | undefined): void;
  /** @throws S3Error `BucketNotEmpty` */
  delete(name: string): void;
}>;

// no dots beside dots, so never `..`; lower case only, so safe where file names ignore case
const BUCKET_NAME = /^(?=.{3,63}$)[a-z0-9]+(?:[.-]+[a-z0-9]+)*$/;

/** Buckets under `<dir>/<name>/`: `bucket.json` and `objects/`. Loads them all, dropping torn object files. */
export function createBucketStore(deps: Readonly<{ dir: string; now: () => number }>): BucketStore {
  mkdirSync(deps.dir, { recursive: true });
  const buckets = new Map<string, Bucket>();
  for (const name of readdirSync(deps.dir)) {
    const bucket = loadBucket(deps.dir, name);
    if (bucket) buckets.set(name, bucket);
  }

  const save = (bucket: Bucket) => {
    saveConfig(bucket);
    buckets.set(bucket.name, bucket);
  };
  const require = (name: string) => {
    const bucket = buckets.get(name);
    if (!bucket) throw new S3Error("NoSuchBucket");
    return bucket;
  };
  return {
    create(name) {
      if (!BUCKET_NAME.test(name) || name.includes("..")) throw new S3Error("InvalidBucketName");
      if (buckets.has(name)) throw new S3Error("BucketAlreadyOwnedByYou");
      const dir = join(deps.dir, name);
      mkdirSync(join(dir, "objects"), { recursive: true });
      save({ name, dir, index: createObjectIndex(), config: { createdAtMs: deps.now() } });
    },
    find: (name) => buckets.get(name),
    require,
    list: () => [...buckets.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    setCors(name, rules) {
      const bucket = require(name);
      const { createdAtMs } = bucket.config;
      save({ ...bucket, config: rules ? { createdAtMs, cors: rules } : { createdAtMs } });
    },
    delete(name) {
      const bucket = require(name);
      if (!bucket.index.isEmpty()) throw new S3Error("BucketNotEmpty");
      rmSync(bucket.dir, { recursive: true });
      buckets.delete(name);
    },
  };
}

function saveConfig(bucket: Bucket): void {
  const path = join(bucket.dir, "bucket.json");
  writeFileSync(`${path}.new`, JSON.stringify(bucket.config));
  renameSync(`${path}.new`, path);
}

/** `undefined` when the folder's creation or removal was cut short. */
function loadBucket(root: string, name: string): Bucket | undefined {
  const dir = join(root, name);
  const config = readConfig(join(dir, "bucket.json"));
  if (!config) return undefined;
  const index = createObjectIndex();
  for (const file of readdirSync(join(dir, "objects"))) {
    const path = join(dir, "objects", file);
    const meta = readSeal(path, objectMetaSchema);
    if (meta) index.set(meta);
    else rmSync(path, { force: true });
  }
  return { name, dir, index, config };
}

function readConfig(path: string): BucketConfig | undefined {
  try {
    return bucketConfigSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
