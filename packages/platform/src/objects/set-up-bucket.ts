import {
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { createObjectStore } from "./object-store.ts";
import { createS3Client, type S3Options } from "./s3-client.ts";

interface BucketSetup extends S3Options {
  readonly bucket: string;
  /** The pages that upload to it and play from it; empty: nobody's browser comes here. */
  readonly webOrigins: readonly string[];
}

/** What was done about one thing. `unsupported`: the store does not know it, and it is not needed to run. */
export interface SetupStep {
  readonly step: "bucket" | "cors" | "lifecycle";
  readonly result: "done" | "unsupported";
}

const requestMs = 10_000;
/** Longer than any upload may take: what the worker has not ended by then, the store ends. */
const incompleteDaysMax = 7;

/**
 * Makes a bucket where it is missing and says what browsers may do with it; doing it again changes nothing.
 * Stores that know no CORS or lifecycle rules (MinIO allows every origin, many have no lifecycle) are named in the
 * result: the worker ends forgotten uploads itself.
 * @throws S3ServiceException, or a network error within 10 s
 */
export async function setUpBucket({ webOrigins, ...options }: BucketSetup): Promise<readonly SetupStep[]> {
  const { bucket: Bucket } = options;
  const store = createObjectStore(options);
  const client = createS3Client(options);
  const deadline = () => ({ abortSignal: AbortSignal.timeout(requestMs) });
  const optional = async (step: SetupStep["step"], work: Promise<unknown>): Promise<SetupStep> => {
    try {
      await work;
      return { step, result: "done" };
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status !== 501 && status !== 405) throw error;
      return { step, result: "unsupported" };
    }
  };
  try {
    await store.ensureBucket();
    const steps: SetupStep[] = [{ step: "bucket", result: "done" }];
    if (webOrigins.length > 0) {
      const CORSConfiguration = { CORSRules: [corsRule(webOrigins)] };
      const command = new PutBucketCorsCommand({ Bucket, CORSConfiguration });
      steps.push(await optional("cors", client.send(command, deadline())));
    }
    const LifecycleConfiguration = { Rules: [lifecycleRule] };
    const command = new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration });
    steps.push(await optional("lifecycle", client.send(command, deadline())));
    return steps;
  } finally {
    store.close();
    client.destroy();
  }
}

const corsRule = (webOrigins: readonly string[]) => ({
  AllowedOrigins: [...webOrigins],
  AllowedMethods: ["GET", "HEAD", "PUT"],
  AllowedHeaders: ["*"],
  // Without its ETag a part can't be named when the upload is completed; players ask for ranges.
  ExposeHeaders: ["ETag", "Content-Length", "Content-Range", "Accept-Ranges"],
  MaxAgeSeconds: 3_600,
});

const lifecycleRule = {
  ID: "incomplete-uploads",
  Status: "Enabled",
  Filter: { Prefix: "" },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: incompleteDaysMax },
} as const;
