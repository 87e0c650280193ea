import { createAwsChunkedDecoder } from "./aws-chunked.ts";
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeader,
  createChecksum,
  createDigest,
  promisedAlgorithm,
} from "./checksum.ts";
import { createChunkSignatures } from "./chunk-signatures.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";
import type { VerifiedSignature } from "./sig-v4.ts";

export type ReceivedBody = Readonly<{ sizeBytes: number; md5: Buffer; checksum?: Checksum }>;

export type ReceiveOptions = Readonly<{
  request: S3Request;
  signature: VerifiedSignature;
  sizeBytesMax: number;
  /** Takes the payload in order; its promise is the back-pressure on the sender. */
  sink: (bytes: Uint8Array) => Promise<void> | void;
  /** Summed when the request itself promises no checksum. */
  fallbackAlgorithm?: ChecksumAlgorithm;
}>;

const STREAMING = new Set([
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
]);
const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Streams a request's payload into `sink` and holds it to everything its headers and trailers claim: length,
 * SHA-256, MD5, checksum, chunk signatures. The sink has been fed even when this throws: throw its content away.
 * @throws S3Error when a claim is malformed, missing or does not hold
 */
export async function receiveBody(options: ReceiveOptions): Promise<ReceivedBody> {
  const { request, signature, sink } = options;
  const trailerNames = splitNames(request.headers.get("x-amz-trailer"));
  const lengthBytes = announcedLength(request, options.sizeBytesMax, isStreaming(signature));
  const promised = promisedAlgorithm(request.headers, trailerNames);
  const algorithm = promised ?? options.fallbackAlgorithm;
  const checksum = algorithm && createChecksum(algorithm);
  const sha256 = SHA256_HEX.test(signature.payloadHash) ? createDigest("sha256") : undefined;
  const md5 = createDigest("md5");
  const framing = createFraming(signature, trailerNames);

  let sizeBytes = 0;
  for await (const piece of readPieces(request)) {
    for (const bytes of framing.push(piece)) {
      sizeBytes += bytes.length;
      if (sizeBytes > lengthBytes) throw new S3Error("IncompleteBody");
      for (const sum of [md5, sha256, checksum]) sum?.update(bytes);
      await sink(bytes);
    }
  }
  const trailers = framing.finish();
  if (sizeBytes !== lengthBytes) throw new S3Error("IncompleteBody");
  if (sha256 && sha256.digest().toString("hex") !== signature.payloadHash) {
    throw new S3Error("XAmzContentSHA256Mismatch");
  }
  const md5Value = md5.digest();
  requireMd5(request, md5Value);
  if (!algorithm || !checksum) return { sizeBytes, md5: md5Value };
  const value = checksum.digest().toString("base64");
  requireChecksum({ request, trailers, promised, value });
  return { sizeBytes, md5: md5Value, checksum: { algorithm, value, type: "FULL_OBJECT" } };
}

/** A small body, such as an XML document, as text. */
export async function receiveText(options: Omit<ReceiveOptions, "sink">): Promise<string> {
  const pieces: Uint8Array[] = [];
  await receiveBody({ ...options, sink: (bytes) => void pieces.push(Uint8Array.from(bytes)) });
  return Buffer.concat(pieces).toString();
}

const isStreaming = ({ payloadHash }: VerifiedSignature) => STREAMING.has(payloadHash);

function createFraming(signature: VerifiedSignature, trailerNames: readonly string[]) {
  const { payloadHash } = signature;
  if (isStreaming(signature)) {
    return createAwsChunkedDecoder({
      trailerNames,
      ...(payloadHash.startsWith("STREAMING-AWS4") && { signatures: createChunkSignatures(signature) }),
    });
  }
  if (payloadHash !== "UNSIGNED-PAYLOAD" && !SHA256_HEX.test(payloadHash)) {
    throw new S3Error("InvalidArgument", "x-amz-content-sha256 must be a hash or a known literal");
  }
  return { push: (bytes: Uint8Array) => [bytes], finish: () => new Map<string, string>() };
}

/** A sender that goes away in mid-body is told apart from our own faults. */
async function* readPieces({ body }: S3Request): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw Object.assign(new S3Error("IncompleteBody"), { cause });
  }
}

/** What the payload must measure, known before its first byte: so an oversized one is refused unread. */
function announcedLength(request: S3Request, sizeBytesMax: number, streaming: boolean): number {
  const text = request.headers.get(streaming ? "x-amz-decoded-content-length" : "content-length");
  if (text === undefined && request.headers.has("transfer-encoding"))
    throw new S3Error("MissingContentLength");
  if (text === undefined && streaming) throw new S3Error("MissingContentLength");
  const bytes = /^\d{1,15}$/.test(text ?? "0") ? Number(text ?? "0") : Number.NaN;
  if (Number.isNaN(bytes)) throw new S3Error("InvalidArgument", "The content length is not valid");
  if (bytes > sizeBytesMax) throw new S3Error("EntityTooLarge");
  return bytes;
}

function requireMd5(request: S3Request, actual: Buffer): void {
  const claimed = request.headers.get("content-md5");
  if (claimed === undefined) return;
  const bytes = Buffer.from(claimed, "base64");
  if (bytes.length !== 16) throw new S3Error("InvalidDigest");
  if (!bytes.equals(actual))
    throw new S3Error("BadDigest", "The Content-MD5 did not match what was received");
}

function requireChecksum(
  given: Readonly<{
    request: S3Request;
    trailers: ReadonlyMap<string, string>;
    promised: ChecksumAlgorithm | undefined;
    value: string;
  }>,
): void {
  if (!given.promised) return;
  const name = checksumHeader(given.promised);
  const claimed = given.trailers.get(name) ?? given.request.headers.get(name);
  if (claimed !== given.value) {
    throw new S3Error("BadDigest", `The ${given.promised} you specified did not match what was received`);
  }
}

export function splitNames(header: string | undefined): readonly string[] {
  return (header ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}
