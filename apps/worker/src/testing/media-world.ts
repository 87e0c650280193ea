import type { Database } from "@barrage/db";
import { type Logger, type Media, openMedia, setUpBucket } from "@barrage/platform";
import { startTestS3 } from "@barrage/testkit";
import { SQL } from "bun";
import { openWorkerWorld, type WorkerWorld } from "./worker-world.ts";

/** A worker's world with a media bucket. For tests. */
export interface MediaWorld extends AsyncDisposable {
  readonly world: WorkerWorld;
  readonly database: Database;
  readonly logger: Logger;
  readonly media: Media;
  /** The same bucket at an address where nobody answers. */
  readonly unreachable: Media;
  /** The test's own way into the database. */
  readonly sql: SQL;
}

/** Opens one. */
export async function openMediaWorld(): Promise<MediaWorld> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await openWorkerWorld());
  const s3 = stack.use(await startTestS3());
  const { url: endpoint, accessKeyId, secretAccessKey } = s3;
  const bucket = "barrage-media";
  await setUpBucket({ endpoint, accessKeyId, secretAccessKey, bucket, webOrigins: [] });
  const open = (s3Endpoint: string): Media => {
    const media = openMedia({
      s3Endpoint,
      s3AccessKeyId: accessKeyId,
      s3SecretAccessKey: secretAccessKey,
      s3Region: "us-east-1",
      s3MediaBucket: bucket,
      s3PublicUrl: undefined,
    });
    if (media === undefined) throw new Error("there is an endpoint");
    stack.defer(() => media.close());
    return media;
  };
  const [media, unreachable] = [open(endpoint), open("http://127.0.0.1:9")];
  const sql = new SQL({ url: world.databaseUrl, max: 2 });
  stack.defer(() => sql.close());
  const owned = stack.move();
  return {
    world,
    database: world.database,
    logger: world.logger,
    media,
    unreachable,
    sql,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
