import { z } from "zod";
import { listObjects } from "./list-objects.ts";
import { isoTime, quoted } from "./object-meta.ts";
import { type Call, type Operation, receiveXml, type Services, xmlResponse } from "./operation.ts";
import { S3Error } from "./s3-error.ts";
import { queryInteger, uriEncodePath } from "./s3-request.ts";
import { fromXml } from "./xml.ts";

const deleteSchema = z.object({
  Delete: z.object({
    Quiet: z.enum(["true", "false"]).optional(),
    Object: z
      .array(z.object({ Key: z.string().min(1) }))
      .min(1)
      .max(1000),
  }),
});

/** ListBuckets, CreateBucket, HeadBucket, DeleteBucket, ListObjectsV2 and DeleteObjects. */
export function createBucketOperations(services: Services) {
  const { buckets, objects, uploads } = services;
  return {
    list: () =>
      xmlResponse("ListAllMyBucketsResult", {
        Owner: { ID: "barrage-dev" },
        Buckets: {
          Bucket: buckets
            .list()
            .map(({ name, config }) => ({ Name: name, CreationDate: isoTime(config.createdAtMs) })),
        },
      }),

    create: ({ request }) => {
      buckets.create(request.bucket); // the body can only name a region, and every region is ours
      return { status: 200, headers: { location: `/${request.bucket}` } };
    },

    head: ({ request }) => {
      buckets.require(request.bucket);
      return { status: 200 };
    },

    delete: ({ request }) => {
      buckets.delete(request.bucket);
      uploads.removeAll(request.bucket);
      return { status: 204 };
    },

    listObjects: (call) => listObjectsResponse(services, call),

    deleteObjects: async (call) => {
      buckets.require(call.request.bucket);
      const { Delete } = fromXml(await receiveXml(call), deleteSchema);
      for (const { Key } of Delete.Object) objects.delete(call.request.bucket, Key);
      return xmlResponse("DeleteResult", Delete.Quiet === "true" ? {} : { Deleted: Delete.Object });
    },
  } satisfies Record<string, Operation>;
}

function listObjectsResponse({ buckets }: Services, { request: { bucket, query } }: Call) {
  if (query.get("list-type") !== "2") throw new S3Error("NotImplemented", "Only ListObjectsV2 is supported");
  const { index } = buckets.require(bucket);
  const continuationToken = query.get("continuation-token");
  const asked = {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    startAfter: query.get("start-after") ?? "",
    maxKeys: queryInteger(query, "max-keys", { min: 0, max: 1000, fallback: 1000 }),
    ...(continuationToken !== null && { continuationToken }),
  };
  const { objects, commonPrefixes, nextToken } = listObjects(index, asked);
  const encode = keyEncoder(query);
  return xmlResponse("ListBucketResult", {
    Name: bucket,
    Prefix: encode(asked.prefix),
    Delimiter: asked.delimiter === "" ? undefined : encode(asked.delimiter),
    StartAfter: asked.startAfter === "" ? undefined : encode(asked.startAfter),
    EncodingType: query.get("encoding-type") ?? undefined,
    MaxKeys: asked.maxKeys,
    KeyCount: objects.length + commonPrefixes.length,
    IsTruncated: nextToken !== undefined,
    ContinuationToken: continuationToken ?? undefined,
    NextContinuationToken: nextToken,
    Contents: objects.map((meta) => ({
      Key: encode(meta.key),
      LastModified: isoTime(meta.modifiedAtMs),
      ETag: quoted(meta.etag),
      ChecksumAlgorithm: meta.checksum?.algorithm,
      ChecksumType: meta.checksum?.type,
      Size: meta.sizeBytes,
      StorageClass: "STANDARD",
    })),
    CommonPrefixes: commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  });
}

/** How keys go into XML: as they are, or percent-encoded when the client asks. @throws S3Error `InvalidArgument` */
export function keyEncoder(query: URLSearchParams): (key: string) => string {
  const type = query.get("encoding-type");
  if (type === "url") return uriEncodePath;
  if (type !== null) throw new S3Error("InvalidArgument", "Invalid encoding type");
  return (key) => key;
}
