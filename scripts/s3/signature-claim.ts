import { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";

/** What a request says about its own signature, from the Authorization header or from a presigned query. */
export type SignatureClaim = Readonly<{
  accessKeyId: string;
  /** `<day>/<region>/s3/aws4_request` */
  scope: string;
  day: string;
  region: string;
  signedHeaders: readonly string[];
  signature: string;
  /** `YYYYMMDDTHHMMSSZ` */
  timestamp: string;
  payloadHash: string;
  /** Lifetime of a presigned URL; absent for a signed header. */
  expiresMs?: number;
}>;

const ALGORITHM = "AWS4-HMAC-SHA256";
const HEADER = new RegExp(
  `^${ALGORITHM} +Credential=([^,\\s]+), *SignedHeaders=([^,\\s]+), *Signature=([0-9a-f]{64})$`,
);
const EXPIRES_S_MAX = 7 * 24 * 3600;

/** @throws S3Error `AccessDenied` (no signature at all), or the malformed-header and -query errors */
export function readSignatureClaim(request: S3Request): SignatureClaim {
  const authorization = request.headers.get("authorization");
  const presigned = request.query.has("X-Amz-Signature") || request.query.has("X-Amz-Algorithm");
  if (authorization !== undefined && presigned) {
    throw new S3Error("InvalidArgument", "Only one way of authentication is allowed");
  }
  if (authorization !== undefined) return fromHeader(request, authorization);
  if (presigned) return fromQuery(request);
  throw new S3Error("AccessDenied", "Anonymous access is not allowed");
}

function fromHeader(request: S3Request, authorization: string): SignatureClaim {
  const [, credential, signedHeaders, signature] = HEADER.exec(authorization) ?? [];
  const parts = parseCredential(credential);
  if (!parts || !signedHeaders || !signature) throw new S3Error("AuthorizationHeaderMalformed");
  const payloadHash = request.headers.get("x-amz-content-sha256");
  if (payloadHash === undefined) {
    throw new S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  }
  const timestamp = request.headers.get("x-amz-date") ?? "";
  return { ...parts, signedHeaders: signedHeaders.split(";"), signature, timestamp, payloadHash };
}

function fromQuery({ query, headers }: S3Request): SignatureClaim {
  const parts = parseCredential(query.get("X-Amz-Credential") ?? undefined);
  const signature = query.get("X-Amz-Signature") ?? "";
  const expires = query.get("X-Amz-Expires") ?? "";
  const expiresS = /^\d{1,7}$/.test(expires) ? Number(expires) : Number.NaN;
  if (
    !parts ||
    query.get("X-Amz-Algorithm") !== ALGORITHM ||
    !/^[0-9a-f]{64}$/.test(signature) ||
    !(expiresS >= 1 && expiresS <= EXPIRES_S_MAX)
  ) {
    throw new S3Error("AuthorizationQueryParametersError");
  }
  return {
    ...parts,
    signature,
    signedHeaders: (query.get("X-Amz-SignedHeaders") ?? "").split(";"),
    timestamp: query.get("X-Amz-Date") ?? "",
    payloadHash:
      headers.get("x-amz-content-sha256") ?? query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
    expiresMs: expiresS * 1000,
  };
}

function parseCredential(credential: string | undefined) {
  const [, accessKeyId, scope, day, region] =
    /^(.+)\/((\d{8})\/([^/]+)\/s3\/aws4_request)$/.exec(credential ?? "") ?? [];
  return accessKeyId && scope && day && region ? { accessKeyId, scope, day, region } : undefined;
}
