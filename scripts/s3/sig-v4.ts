import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { S3Error } from "./s3-error.ts";
import { type S3Request, uriEncode, uriEncodePath } from "./s3-request.ts";
import { readSignatureClaim, type SignatureClaim } from "./signature-claim.ts";

export type Credentials = Readonly<{ accessKeyId: string; secretAccessKey: string }>;

/** A verified signature, with what is needed to verify the chunk signatures that follow from it. */
export type VerifiedSignature = Readonly<{
  payloadHash: string;
  presigned: boolean;
  signingKey: Buffer;
  scope: string;
  timestamp: string;
  seedSignature: string;
}>;

const SKEW_MS_MAX = 15 * 60 * 1000;

/**
 * Verifies AWS Signature Version 4, in the header or in the query of a presigned URL.
 * Source: "Authenticating Requests (AWS Signature Version 4)" of the S3 API reference.
 * Any region is accepted: a development server stands in for all of them.
 * @throws S3Error when unsigned, malformed, skewed, expired, signed too little, or wrong
 */
export function verifySignature(
  request: S3Request,
  deps: Readonly<{ credentials: Credentials; nowMs: number }>,
): VerifiedSignature {
  const claim = readSignatureClaim(request);
  if (claim.accessKeyId !== deps.credentials.accessKeyId) throw new S3Error("InvalidAccessKeyId");
  requireFresh(claim, deps.nowMs);
  requireSignedHeaders(request, claim);
  const signingKey = deriveSigningKey(deps.credentials.secretAccessKey, claim);
  const toSign = [
    "AWS4-HMAC-SHA256",
    claim.timestamp,
    claim.scope,
    sha256Hex(canonicalRequest(request, claim)),
  ].join("\n");
  requireSameSignature(hmac(signingKey, toSign), claim.signature);
  return {
    payloadHash: claim.payloadHash,
    presigned: claim.expiresMs !== undefined,
    signingKey,
    scope: claim.scope,
    timestamp: claim.timestamp,
    seedSignature: claim.signature,
  };
}

/** Compares in constant time, so that a signature can't be guessed byte by byte. @throws S3Error */
export function requireSameSignature(expected: Buffer, givenHex: string): void {
  const given = Buffer.from(givenHex, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new S3Error("SignatureDoesNotMatch");
  }
}

export const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();

// latin1: header values carry the bytes of the wire, one character each; everything else is ASCII by now
export const sha256Hex = (data: string) => createHash("sha256").update(data, "latin1").digest("hex");

function requireFresh(claim: SignatureClaim, nowMs: number): void {
  const signedAtMs = parseTimestamp(claim.timestamp);
  if (!claim.timestamp.startsWith(claim.day)) throw new S3Error("AuthorizationHeaderMalformed");
  if (claim.expiresMs === undefined) {
    if (Math.abs(nowMs - signedAtMs) > SKEW_MS_MAX) throw new S3Error("RequestTimeTooSkewed");
    return;
  }
  if (signedAtMs - nowMs > SKEW_MS_MAX) throw new S3Error("AccessDenied", "Request is not valid yet");
  if (nowMs > signedAtMs + claim.expiresMs) throw new S3Error("AccessDenied", "Request has expired");
}

function parseTimestamp(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const ms = iso === text ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(ms))
    throw new S3Error("AccessDenied", "The date of the signature is missing or malformed");
  return ms;
}

/** `host` and every `x-amz-*` header must be covered, or they could be changed or added on the way. */
function requireSignedHeaders(request: S3Request, { signedHeaders }: SignatureClaim): void {
  const covered = new Set(signedHeaders);
  const open = [...request.headers.keys()].filter((name) => name.startsWith("x-amz-") && !covered.has(name));
  if (!covered.has("host") || open.length > 0) {
    throw new S3Error("AccessDenied", "There were headers present in the request which were not signed");
  }
}

function deriveSigningKey(secretAccessKey: string, { day, region }: SignatureClaim): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), "s3"), "aws4_request");
}

function canonicalRequest(request: S3Request, claim: SignatureClaim): string {
  const query = [...request.query]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => ({ name: uriEncode(name), value: uriEncode(value) }))
    .toSorted((a, b) => compare(a.name, b.name) || compare(a.value, b.value))
    .map(({ name, value }) => `${name}=${value}`)
    .join("&");
  const headers = claim.signedHeaders
    .map((name) => `${name}:${(request.headers.get(name) ?? "").trim().replace(/ +/g, " ")}\n`)
    .join("");
  return [
    request.method,
    uriEncodePath(request.path),
    query,
    headers,
    claim.signedHeaders.join(";"),
    claim.payloadHash,
  ].join("\n");
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
