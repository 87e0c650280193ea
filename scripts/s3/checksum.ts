import { createHash } from "node:crypto";
import { z } from "zod";
import { createCrc32, createCrc32c, createCrc64Nvme, type RunningSum } from "./crc.ts";
import { S3Error } from "./s3-error.ts";

export const checksumAlgorithmSchema = z.enum(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]);
export type ChecksumAlgorithm = z.infer<typeof checksumAlgorithmSchema>;

/** FULL_OBJECT sums the bytes; COMPOSITE sums the parts' checksums, and its value ends in `-<parts>`. */
export const checksumSchema = z.object({
  algorithm: checksumAlgorithmSchema,
  value: z.string(),
  type: z.enum(["FULL_OBJECT", "COMPOSITE"]),
});
export type Checksum = z.infer<typeof checksumSchema>;

export const CHECKSUM_ALGORITHMS = checksumAlgorithmSchema.options;

export function createChecksum(algorithm: ChecksumAlgorithm): RunningSum {
  switch (algorithm) {
    case "CRC32":
      return createCrc32();
    case "CRC32C":
      return createCrc32c();
    case "CRC64NVME":
      return createCrc64Nvme();
    case "SHA1":
    case "SHA256":
      return createDigest(algorithm === "SHA1" ? "sha1" : "sha256");
  }
}

export function createDigest(name: "md5" | "sha1" | "sha256"): RunningSum {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

export const checksumHeader = (algorithm: ChecksumAlgorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** The element that carries it in XML, e.g. `ChecksumCRC32`. */
export const checksumElement = (algorithm: ChecksumAlgorithm) => `Checksum${algorithm}`;

/** Response headers that give a checksum back. */
export const checksumHeaders = (checksum: Checksum | undefined): Record<string, string> =>
  checksum
    ? { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type }
    : {};

/** The same as XML elements. */
export const checksumXml = (checksum: Checksum | undefined): Record<string, string> =>
  checksum ? { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type } : {};

/**
 * The algorithm a request promises a checksum in, by a header or by a declared trailer.
 * @throws S3Error `InvalidRequest` when it names more than one
 */
export function promisedAlgorithm(
  headers: ReadonlyMap<string, string>,
  trailerNames: readonly string[],
): ChecksumAlgorithm | undefined {
  const promised = CHECKSUM_ALGORITHMS.filter((algorithm) => {
    const name = checksumHeader(algorithm);
    return headers.has(name) || trailerNames.includes(name);
  });
  if (promised.length > 1) throw new S3Error("InvalidRequest", "Expecting a single x-amz-checksum- header");
  return promised[0];
}
