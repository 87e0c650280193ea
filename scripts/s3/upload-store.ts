import { randomUUID } from "node:crypto";
import { mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { checksumAlgorithmSchema, checksumSchema } from "./checksum.ts";
import { S3Error } from "./s3-error.ts";
import { type Draft, readSeal } from "./sealed-file.ts";

const uploadInfoSchema = z.object({
  id: z.string(),
  bucket: z.string(),
  key: z.string(),
  initiatedAtMs: z.number(),
  headers: z.record(z.string(), z.string()),
  checksum: z
    .object({ algorithm: checksumAlgorithmSchema, type: z.enum(["FULL_OBJECT", "COMPOSITE"]) })
    .optional(),
});
export type UploadInfo = Readonly<z.infer<typeof uploadInfoSchema>>;

const partMetaSchema = z.object({
  number: z.number(),
  sizeBytes: z.number(),
  etag: z.string(),
  modifiedAtMs: z.number(),
  checksum: checksumSchema.optional(),
});
export type PartMeta = Readonly<z.infer<typeof partMetaSchema>>;

export type Upload = UploadInfo & Readonly<{ parts: ReadonlyMap<number, PartMeta> }>;

type UploadAddress = Readonly<{ bucket: string; key: string; id: string }>;

/** Multipart uploads in progress: a folder each, `upload.json` and `part-<n>` sealed files; survives a restart. */
export type UploadStore = Readonly<{
  create(info: Omit<UploadInfo, "id">): UploadInfo;
  /** @throws S3Error `NoSuchUpload`, also when the id is another key's */
  require(address: UploadAddress): Upload;
  /** Publishes a sealed draft as a part, in place of an earlier one of that number. @throws S3Error `NoSuchUpload` */
  publishPart(address: UploadAddress, draft: Draft, meta: PartMeta): void;
  /** Opens exactly this part. @throws S3Error `InvalidPart` when it has been replaced since */
  openPart(address: UploadAddress, part: PartMeta): Readonly<{ path: string; fd: number }>;
  /** Ends an upload and deletes its parts. @throws S3Error `NoSuchUpload` */
  remove(address: UploadAddress): void;
  removeAll(bucket: string): void;
  list(bucket: string): readonly Upload[];
}>;

export function createUploadStore(deps: Readonly<{ dir: string }>): UploadStore {
  mkdirSync(deps.dir, { recursive: true });
  const uploads = loadUploads(deps.dir);
  const folder = (id: string) => join(deps.dir, id);
  const partPath = (id: string, number: number) => join(folder(id), `part-${number}`);

  const find = ({ bucket, key, id }: UploadAddress) => {
    const upload = uploads.get(id);
    if (upload?.bucket !== bucket || upload.key !== key) throw new S3Error("NoSuchUpload");
    return upload;
  };
  const drop = (id: string) => {
    uploads.delete(id);
    rmSync(folder(id), { recursive: true, force: true });
  };
  return {
    create(given) {
      const info = { ...given, id: randomUUID().replaceAll("-", "") };
      mkdirSync(folder(info.id));
      writeFileSync(join(folder(info.id), "upload.json"), JSON.stringify(info));
      uploads.set(info.id, { ...info, parts: new Map() });
      return info;
    },
    require: find,
    publishPart(address, draft, meta) {
      const upload = find(address);
      renameSync(draft.path, partPath(upload.id, meta.number));
      draft.published();
      upload.parts.set(meta.number, meta);
    },
    openPart(address, part) {
      const upload = find(address);
      if (upload.parts.get(part.number) !== part) throw new S3Error("InvalidPart");
      const path = partPath(upload.id, part.number);
      return { path, fd: openSync(path, "r") };
    },
    remove: (address) => drop(find(address).id),
    removeAll(bucket) {
      for (const upload of uploads.values()) if (upload.bucket === bucket) drop(upload.id);
    },
    list: (bucket) => [...uploads.values()].filter((upload) => upload.bucket === bucket),
  };
}

type StoredUpload = UploadInfo & Readonly<{ parts: Map<number, PartMeta> }>;

function loadUploads(root: string): Map<string, StoredUpload> {
  const uploads = new Map<string, StoredUpload>();
  for (const id of readdirSync(root)) {
    const dir = join(root, id);
    const info = readInfo(join(dir, "upload.json"));
    if (info) uploads.set(id, { ...info, parts: loadParts(dir) });
    else rmSync(dir, { recursive: true, force: true });
  }
  return uploads;
}

function loadParts(dir: string): Map<number, PartMeta> {
  const parts = new Map<number, PartMeta>();
  for (const name of readdirSync(dir)) {
    const meta = name.startsWith("part-") ? readSeal(join(dir, name), partMetaSchema) : undefined;
    if (meta) parts.set(meta.number, meta);
  }
  return parts;
}

function readInfo(path: string): UploadInfo | undefined {
  try {
    return uploadInfoSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined; // cut short at its creation or removal
  }
}
