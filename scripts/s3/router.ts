import { createBucketOperations } from "./bucket-operations.ts";
import { createCorsOperations } from "./cors-operations.ts";
import { createMultipartOperations } from "./multipart-operations.ts";
import { createObjectOperations } from "./object-operations.ts";
import type { Operation, Services } from "./operation.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";

/** Query names that turn a request into another operation: one that isn't in the table must not pass as a plain GET or PUT. */
const SUBRESOURCES = [
  "abac",
  "accelerate",
  "acl",
  "analytics",
  "attributes",
  "cors",
  "delete",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "lifecycle",
  "location",
  "logging",
  "metadataTable",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "renameObject",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "session",
  "tagging",
  "torrent",
  "uploadId",
  "uploads",
  "versionId",
  "versioning",
  "versions",
  "website",
];

/** Finds a request's operation. @throws S3Error `NotImplemented`, `MethodNotAllowed` */
export function createRouter(services: Services): (request: S3Request) => Operation {
  const bucket = createBucketOperations(services);
  const cors = createCorsOperations(services);
  const object = createObjectOperations(services);
  const multipart = createMultipartOperations(services);

  const operations: Readonly<Record<string, Operation>> = {
    "GET service": bucket.list,
    "PUT bucket": bucket.create,
    "HEAD bucket": bucket.head,
    "DELETE bucket": bucket.delete,
    "GET bucket": bucket.listObjects,
    "POST bucket?delete": bucket.deleteObjects,
    "PUT bucket?cors": cors.put,
    "GET bucket?cors": cors.get,
    "DELETE bucket?cors": cors.delete,
    "GET bucket?uploads": multipart.listUploads,
    "PUT object": object.put,
    "PUT object from another": object.copy,
    "GET object": object.get,
    "HEAD object": object.head,
    "DELETE object": object.delete,
    "POST object?uploads": multipart.create,
    "PUT object?uploadId": multipart.uploadPart,
    "GET object?uploadId": multipart.listParts,
    "POST object?uploadId": multipart.complete,
    "DELETE object?uploadId": multipart.abort,
  };
  return (request) => {
    const subresource = SUBRESOURCES.find((name) => request.query.has(name));
    const operation = operations[describe(request, subresource)];
    if (!operation) throw new S3Error(subresource === undefined ? "MethodNotAllowed" : "NotImplemented");
    return operation;
  };
}

function describe({ method, bucket, key, headers }: S3Request, subresource: string | undefined): string {
  const level = bucket === "" ? "service" : key === "" ? "bucket" : "object";
  const copies = method === "PUT" && level === "object" && headers.has("x-amz-copy-source");
  return `${method} ${level}${subresource === undefined ? "" : `?${subresource}`}${copies ? " from another" : ""}`;
}
