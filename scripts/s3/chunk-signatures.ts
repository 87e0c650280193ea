import { hmac, requireSameSignature, sha256Hex, type VerifiedSignature } from "./sig-v4.ts";

/** The chain of signatures of one `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` upload: each covers the one before it. */
export type ChunkSignatures = Readonly<{
  /** @throws S3Error `SignatureDoesNotMatch` */
  verifyChunk(dataSha256Hex: string, signature: string): void;
  /** `canonicalTrailers`: `name:value\n` for each. @throws S3Error `SignatureDoesNotMatch` */
  verifyTrailers(canonicalTrailers: string, signature: string): void;
}>;

/** Source: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks". */
export function createChunkSignatures(seed: VerifiedSignature): ChunkSignatures {
  const emptySha256 = sha256Hex("");
  let previous = seed.seedSignature;

  const verify = (kind: "PAYLOAD" | "TRAILER", hashes: readonly string[], signature: string) => {
    const toSign = [`AWS4-HMAC-SHA256-${kind}`, seed.timestamp, seed.scope, previous, ...hashes].join("\n");
    requireSameSignature(hmac(seed.signingKey, toSign), signature);
    previous = signature;
  };
  return {
    verifyChunk: (dataSha256Hex, signature) => verify("PAYLOAD", [emptySha256, dataSha256Hex], signature),
    verifyTrailers: (canonical, signature) => verify("TRAILER", [sha256Hex(canonical)], signature),
  };
}
