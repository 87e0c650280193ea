import { CreateBucketCommand, HeadBucketCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { createS3Client, type S3Options } from "./s3-client.ts";

interface ObjectStoreOptions extends S3Options {
  readonly bucket: string;
}

/** A bucket in an S3-compatible store. */
export interface ObjectStore {
  /** Makes the bucket where it is missing. @throws S3ServiceException, or a network error within 5 s. */
  ensureBucket(): Promise<void>;
  close(): void;
}

const requestMs = 5_000;

/** Whoever creates it closes it. */
export function createObjectStore(options: ObjectStoreOptions): ObjectStore {
  const { bucket: Bucket } = options;
  const client = createS3Client(options);
  const deadline = () => ({ abortSignal: AbortSignal.timeout(requestMs) });

  async function exists(): Promise<boolean> {
    try {
      await client.send(new HeadBucketCommand({ Bucket }), deadline());
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return false;
      throw error;
    }
  }

  return {
    async ensureBucket() {
      if (await exists()) return;
      try {
        await client.send(new CreateBucketCommand({ Bucket }), deadline());
      } catch (error) {
        // Another process may have been faster.
        if (!(await exists())) throw error;
      }
    },
    close: () => client.destroy(),
  };
}
