import { afterAll, beforeAll, describe, test } from "bun:test";
import { randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import {
  type ContractTarget,
  type Endpoint,
  endpointFromEnvironment,
  type Feature,
  ourServer,
} from "./contract-target.ts";

/** What every check of the contract works with; valid while its target runs. */
type World = Readonly<{
  endpoint: () => Endpoint;
  /** A client with the SDK's defaults, or with overrides. */
  client: (config?: S3ClientConfig) => S3Client;
  /** A new, empty bucket; removed after the contract. */
  newBucket: () => Promise<string>;
  /** A test, or a skipped one that names the feature the target lacks. */
  check: (title: string, run: () => Promise<void>, needs?: Feature) => void;
}>;

const CHECK_MS_MAX = 30_000;

/**
 * A chapter of the contract: one suite, two implementations. It is held against our development server, and against
 * the S3 endpoint in the environment where one is given (see {@link endpointFromEnvironment}).
 */
export function describeContract(topic: string, checks: (world: World) => void): void {
  const given = endpointFromEnvironment(process.env);
  for (const target of [ourServer(), ...(given ? [given] : [])]) {
    describe(`S3 contract of ${target.name}: ${topic}`, () => checks(createWorld(target)));
  }
}

/** Starts and stops the target around the checks of the surrounding `describe`. */
function createWorld(target: ContractTarget): World {
  let running: Awaited<ReturnType<ContractTarget["start"]>> | undefined;
  const clients: S3Client[] = [];
  const buckets: string[] = [];

  const endpoint = () => {
    if (!running) throw new Error("The contract's target is not running");
    return running.endpoint;
  };
  const client = (config: S3ClientConfig = {}) => {
    const { url, region, accessKeyId, secretAccessKey } = endpoint();
    const made = new S3Client({
      endpoint: url,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1, // a refusal has to be seen, not retried
      ...config,
    });
    clients.push(made);
    return made;
  };
  beforeAll(async () => {
    running = await target.start();
  });
  afterAll(async () => {
    for (const bucket of buckets) await removeBucket(client(), bucket);
    for (const made of clients) made.destroy();
    await running?.stop();
  }, CHECK_MS_MAX);

  return {
    endpoint,
    client,
    async newBucket() {
      const bucket = `contract-${randomBytes(6).toString("hex")}`;
      await client().send(new CreateBucketCommand({ Bucket: bucket }));
      buckets.push(bucket);
      return bucket;
    },
    check(title, run, needs) {
      if (needs && target.unsupported.has(needs)) test.skip(`${title} (no ${needs})`, run);
      else test(title, run, CHECK_MS_MAX);
    },
  };
}

/** Empties a bucket and removes it; what an implementation can't delete again is left to its owner. */
async function removeBucket(s3: S3Client, bucket: string): Promise<void> {
  for (let errors = 0; errors === 0; ) {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    const keys = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
    if (keys.length === 0) break;
    const batch = { Bucket: bucket, Delete: { Objects: keys, Quiet: true } };
    errors = (await s3.send(new DeleteObjectsCommand(batch))).Errors?.length ?? 0;
  }
  const outcome = await refusal(s3.send(new DeleteBucketCommand({ Bucket: bucket })));
  if (outcome !== "accepted") console.warn(`bucket ${bucket} stays: ${outcome}`);
}

/** How a request was refused: `<status> <code>`; the status alone where there is no body. */
export async function refusal(request: Promise<unknown>): Promise<string> {
  try {
    await request;
    return "accepted";
  } catch (error) {
    if (error instanceof Error && "$metadata" in error) {
      const status = Object(error.$metadata).httpStatusCode;
      return `${status} ${error.name}`;
    }
    throw error;
  }
}

/** The same of an answer to a plain fetch. */
export async function refusalOf(response: Response): Promise<string> {
  const text = await response.text();
  if (response.ok) return "accepted";
  return `${response.status} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? ""}`.trim();
}

/** Bytes that look random and are the same for the same seed. */
export function pseudoRandomBytes(length: number, seed: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
}
