import { S3Client } from "@aws-sdk/client-s3";

export interface S3Options {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region?: string;
}

/** A client for any S3-compatible store. Whoever creates it destroys it. */
export function createS3Client({
  endpoint,
  accessKeyId,
  secretAccessKey,
  region = "us-east-1",
}: S3Options): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 2,
    // The default adds trailing checksums that several S3-compatible servers refuse.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}
