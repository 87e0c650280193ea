import { findCoverOfHost, markCoverUploaded, replaceCoverUpload } from "@barrage/db";
import type { CoverType } from "@barrage/domain";
import { type BlobStore, coverUploadKey, newId, openMedia, setUpBucket } from "@barrage/platform";
import { startTestS3 } from "@barrage/testkit";
import { composeCovers } from "../covers/compose-covers.ts";
import type { Job } from "../leader/job.ts";
import { openWorkerWorld, type WorkerWorld } from "./worker-world.ts";

interface TestRoom {
  readonly id: string;
  readonly hostId: string;
}

/** A worker's world with a media bucket. For tests. */
export interface CoverWorld extends AsyncDisposable {
  readonly world: WorkerWorld;
  readonly blobs: BlobStore;
  /** A store at an address where nobody listens. */
  readonly deadBlobs: BlobStore;
  /** The worker's job, over a bucket that may be another than {@link blobs}. */
  readonly job: (blobs: BlobStore) => Job;
  /** As the api and a browser do it: the upload is noted, and the file is in the bucket. @returns the upload's id */
  upload(room: TestRoom, file: Uint8Array, options?: UploadOptions): Promise<string>;
  coverOf(room: TestRoom): ReturnType<typeof findCoverOfHost>;
}

interface UploadOptions {
  readonly type?: CoverType;
  readonly bytes?: number;
  /** When it is over unless it arrived before; it has not, then. */
  readonly neverArrives?: boolean;
}

/** Opens one. */
export async function openCoverWorld(): Promise<CoverWorld> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await openWorkerWorld());
  const s3 = stack.use(await startTestS3());
  const { url: endpoint, accessKeyId, secretAccessKey } = s3;
  const bucket = "barrage-media";
  await setUpBucket({ endpoint, accessKeyId, secretAccessKey, bucket, webOrigins: [] });
  const open = (s3Endpoint: string) => {
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
    return media.blobs;
  };
  const [blobs, deadBlobs] = [open(endpoint), open("http://127.0.0.1:1")];
  const { orm } = world.database;
  const owned = stack.move();
  return {
    world,
    blobs,
    deadBlobs,
    job: (used) => together(composeCovers({ ...world, blobs: used })),
    async upload(room, file, { type = "image/png", bytes = file.length, neverArrives = false } = {}) {
      const upload = { roomId: room.id, id: newId() };
      await replaceCoverUpload(orm, { ...upload, type, bytes, lifeMs: neverArrives ? 0 : 60_000 });
      if (neverArrives) return upload.id;
      await blobs.put(coverUploadKey(room.id, upload.id), file, type);
      await markCoverUploaded(orm, upload);
      return upload.id;
    },
    coverOf: (room) => findCoverOfHost(orm, room),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function together(jobs: readonly Job[]): Job {
  return {
    name: "covers",
    run: async (signal) => void (await Promise.all(jobs.map((job) => job.run(signal)))),
  };
}
